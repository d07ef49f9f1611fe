// A table of a TOML file whose keys are known to its reader: [[device]], [[landmark]] and the like.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cyclevisor {

/// All throw ConfigurationError with line and column.
class TomlSection {
 public:
  /// `kind` as in [[kind]], for messages. The table must outlive the object.
  TomlSection(const toml::table& table, const std::filesystem::path& file, const char* kind)
      : table_(table), file_(file), kind_(kind) {}

  std::string where() const { return where(table_); }
  std::string where(const toml::node& node) const;
  /// Where the value of a key is, or the section if it is not there.
  std::string where(const char* key) const;

  bool has(const char* key);
  const toml::node& required(const char* key);
  /// A string that is not empty.
  std::string text(const char* key);
  /// Small letters, digits, '-' and '_'.
  std::string name(const char* key);
  std::uint64_t number(const char* key, std::uint64_t first, std::uint64_t last);
  /// A table of strings and integers, which are given as their decimal texts; may be absent.
  std::map<std::string, std::string> parameters(const char* key);
  /// Refuses keys that nobody asked for. Call last.
  void refuse_unknown() const;
  [[noreturn]] void fail(const toml::node& node, const std::string& reason) const;

 private:
  const toml::table& table_;
  const std::filesystem::path& file_;
  const char* kind_;
  std::set<std::string> known_;
};

/// The tables of the array [[kind]], which is the value `node`.
std::vector<const toml::table*> toml_tables(const toml::node& node,
                                            const std::filesystem::path& file, const char* kind);

}  // namespace cyclevisor
