#include "platform/plugin/section_reader.hpp"

#include <fmt/format.h>

#include <set>

#include "models/plic/plic.hpp"
#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t max_device_bytes = 256 * 1024 * 1024;

/// One [[device]] or [[sink]] section.
class SectionReader {
 public:
  SectionReader(const toml::table& table, const std::filesystem::path& file, const char* kind)
      : table_(table), file_(file), kind_(kind) {}

  void read_common(PluginSection& section) {
    section.where = where(table_);
    section.name = text("name");
    if (section.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") !=
        std::string::npos) {
      fail(*table_.get("name"), "name takes small letters, digits, '-' and '_'");
    }
    section.given = text("library");
    section.path = file_.parent_path() / section.given;
    known_.insert("parameters");
    const toml::node* parameters = table_.get("parameters");
    if (parameters == nullptr) return;
    if (!parameters->is_table()) fail(*parameters, "parameters is a table");
    for (const auto& [key, value] : *parameters->as_table()) {
      if (const auto* string = value.as_string()) {
        section.parameters[std::string(key.str())] = string->get();
      } else if (const auto* integer = value.as_integer()) {
        section.parameters[std::string(key.str())] = std::to_string(integer->get());
      } else {
        fail(value, fmt::format("the parameter {} is neither a string nor an integer",
                                std::string(key.str())));
      }
    }
  }

  std::string text(const char* key) {
    const toml::node& node = required(key);
    const auto* string = node.as_string();
    if (string == nullptr || string->get().empty()) {
      fail(node, fmt::format("{} takes a string that is not empty", key));
    }
    return string->get();
  }

  std::uint64_t number(const char* key, std::uint64_t first, std::uint64_t last) {
    const toml::node& node = required(key);
    const auto* integer = node.as_integer();
    if (integer == nullptr || integer->get() < 0 ||
        static_cast<std::uint64_t>(integer->get()) < first ||
        static_cast<std::uint64_t>(integer->get()) > last) {
      fail(node, fmt::format("{} takes an integer from {} to {}", key, first, last));
    }
    return static_cast<std::uint64_t>(integer->get());
  }

  bool has(const char* key) {
    known_.insert(key);
    return table_.contains(key);
  }

  /// Call last.
  void refuse_unknown() const {
    std::string list;
    for (const std::string& key : known_) list += (list.empty() ? "" : ", ") + key;
    for (const auto& [key, value] : table_) {
      if (known_.count(std::string(key.str())) != 0) continue;
      fail(value, fmt::format("[[{}]] has no setting '{}'; there are {}", kind_,
                              std::string(key.str()), list));
    }
  }

 private:
  const toml::node& required(const char* key) {
    known_.insert(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) fail(table_, fmt::format("this [[{}]] has no '{}'", kind_, key));
    return *node;
  }
  std::string where(const toml::node& node) const {
    const toml::source_position position = node.source().begin;
    return fmt::format("{}:{}:{}", file_.string(), position.line, position.column);
  }
  [[noreturn]] void fail(const toml::node& node, const std::string& reason) const {
    throw ConfigurationError(where(node), reason);
  }

  const toml::table& table_;
  const std::filesystem::path& file_;
  const char* kind_;
  std::set<std::string> known_;
};

template <class Section, class Read>
std::vector<Section> read_all(const toml::node& node, const std::filesystem::path& file,
                              const char* kind, Read read) {
  const toml::array* tables = node.as_array();
  if (tables == nullptr || !tables->is_homogeneous<toml::table>()) {
    const toml::source_position position = node.source().begin;
    throw ConfigurationError(fmt::format("{}:{}:{}", file.string(), position.line, position.column),
                             fmt::format("{0} is an array of tables: write [[{0}]]", kind));
  }
  std::vector<Section> sections;
  for (const toml::node& element : *tables) {
    SectionReader reader(*element.as_table(), file, kind);
    Section section;
    reader.read_common(section);
    read(reader, section);
    reader.refuse_unknown();
    for (const Section& other : sections) {
      if (other.name == section.name) {
        throw ConfigurationError(section.where,
                                 fmt::format("the name '{}' is already taken", section.name));
      }
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace

std::vector<DeviceSection> read_device_sections(const toml::node& node,
                                                const std::filesystem::path& file) {
  return read_all<DeviceSection>(
      node, file, "device", [](SectionReader& reader, DeviceSection& section) {
        section.address = reader.number("address", 0, INT64_MAX);
        if (reader.has("bytes")) section.bytes = reader.number("bytes", 1, max_device_bytes);
        if (reader.has("interrupt")) {
          section.interrupt = static_cast<unsigned>(reader.number("interrupt", 1, Plic::sources));
        }
        section.compatible =
            reader.has("compatible") ? reader.text("compatible") : "cyclevisor," + section.name;
      });
}

std::vector<SinkSection> read_sink_sections(const toml::node& node,
                                            const std::filesystem::path& file) {
  return read_all<SinkSection>(node, file, "sink", [](SectionReader&, SinkSection&) {});
}

}  // namespace cyclevisor
