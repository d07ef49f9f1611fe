#include "platform/base/toml_section.hpp"

#include <fmt/format.h>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

std::string place(const std::filesystem::path& file, const toml::node& node) {
  const toml::source_position position = node.source().begin;
  return fmt::format("{}:{}:{}", file.string(), position.line, position.column);
}

}  // namespace

std::string TomlSection::where(const toml::node& node) const { return place(file_, node); }

std::string TomlSection::where(const char* key) const {
  const toml::node* node = table_.get(key);
  return place(file_, node == nullptr ? table_ : *node);
}

void TomlSection::fail(const toml::node& node, const std::string& reason) const {
  throw ConfigurationError(where(node), reason);
}

bool TomlSection::has(const char* key) {
  known_.insert(key);
  return table_.contains(key);
}

const toml::node& TomlSection::required(const char* key) {
  known_.insert(key);
  const toml::node* node = table_.get(key);
  if (node == nullptr) fail(table_, fmt::format("this [[{}]] has no '{}'", kind_, key));
  return *node;
}

std::string TomlSection::text(const char* key) {
  const toml::node& node = required(key);
  const auto* string = node.as_string();
  if (string == nullptr || string->get().empty()) {
    fail(node, fmt::format("{} takes a string that is not empty", key));
  }
  return string->get();
}

std::string TomlSection::name(const char* key) {
  std::string text = this->text(key);
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos) {
    fail(*table_.get(key), fmt::format("{} takes small letters, digits, '-' and '_'", key));
  }
  return text;
}

std::uint64_t TomlSection::number(const char* key, std::uint64_t first, std::uint64_t last) {
  const toml::node& node = required(key);
  const auto* integer = node.as_integer();
  if (integer == nullptr || integer->get() < 0 ||
      static_cast<std::uint64_t>(integer->get()) < first ||
      static_cast<std::uint64_t>(integer->get()) > last) {
    fail(node, fmt::format("{} takes an integer from {} to {}", key, first, last));
  }
  return static_cast<std::uint64_t>(integer->get());
}

std::map<std::string, std::string> TomlSection::parameters(const char* key) {
  std::map<std::string, std::string> found;
  known_.insert(key);
  const toml::node* node = table_.get(key);
  if (node == nullptr) return found;
  if (!node->is_table()) fail(*node, fmt::format("{} is a table", key));
  for (const auto& [inner, value] : *node->as_table()) {
    if (const auto* string = value.as_string()) {
      found[std::string(inner.str())] = string->get();
    } else if (const auto* integer = value.as_integer()) {
      found[std::string(inner.str())] = std::to_string(integer->get());
    } else {
      fail(value, fmt::format("the parameter {} is neither a string nor an integer",
                              std::string(inner.str())));
    }
  }
  return found;
}

void TomlSection::refuse_unknown() const {
  std::string list;
  for (const std::string& key : known_) list += (list.empty() ? "" : ", ") + key;
  for (const auto& [key, value] : table_) {
    if (known_.count(std::string(key.str())) != 0) continue;
    fail(value, fmt::format("[[{}]] has no setting '{}'; there are {}", kind_,
                            std::string(key.str()), list));
  }
}

std::vector<const toml::table*> toml_tables(const toml::node& node,
                                            const std::filesystem::path& file, const char* kind) {
  const toml::array* tables = node.as_array();
  if (tables == nullptr || !tables->is_homogeneous<toml::table>()) {
    throw ConfigurationError(place(file, node),
                             fmt::format("{0} is an array of tables: write [[{0}]]", kind));
  }
  std::vector<const toml::table*> found;
  for (const toml::node& element : *tables) found.push_back(element.as_table());
  return found;
}

}  // namespace cyclevisor
