#include "platform/scenario/landmark_sections.hpp"

#include <fmt/format.h>

#include "platform/base/configuration_error.hpp"
#include "platform/base/toml_section.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t max_bound = std::uint64_t{1} << 62;

template <class Section, class Read>
std::vector<Section> read_all(const toml::node& node, const std::filesystem::path& file,
                              const char* kind, Read read) {
  std::vector<Section> sections;
  for (const toml::table* table : toml_tables(node, file, kind)) {
    TomlSection reader(*table, file, kind);
    Section section;
    section.where = reader.where();
    section.name = reader.name("name");
    read(reader, section);
    reader.refuse_unknown();
    for (const Section& other : sections) {
      if (other.name != section.name) continue;
      throw ConfigurationError(reader.where("name"),
                               fmt::format("the name '{}' is already taken", section.name));
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::vector<LandmarkSection> read_landmark_sections(const toml::node& node,
                                                    const std::filesystem::path& file) {
  return read_all<LandmarkSection>(
      node, file, "landmark", [](TomlSection& reader, LandmarkSection& section) {
        section.vm = reader.text("vm");
        section.vm_where = reader.where("vm");
        section.at = reader.text("at");
        section.at_where = reader.where("at");
        if (!reader.has("when")) return;
        section.when = reader.text("when");
        section.when_where = reader.where("when");
      });
}

std::vector<IntervalSection> read_interval_sections(const toml::node& node,
                                                    const std::filesystem::path& file) {
  return read_all<IntervalSection>(
      node, file, "interval", [](TomlSection& reader, IntervalSection& section) {
        section.from = reader.text("from");
        section.from_where = reader.where("from");
        section.to = reader.text("to");
        section.to_where = reader.where("to");
        if (reader.has("max")) section.max = reader.number("max", 1, max_bound);
      });
}

std::vector<BoundsSection> read_bounds_sections(const toml::node& node,
                                                const std::filesystem::path& file) {
  const auto place = [&file](const toml::node& at) {
    const toml::source_position position = at.source().begin;
    return fmt::format("{}:{}:{}", file.string(), position.line, position.column);
  };
  const char* what = "bounds is a table of VMs: NAME = { median = 5000, p99 = 9000, max = 20000 }";
  if (!node.is_table()) throw ConfigurationError(place(node), what);
  std::vector<BoundsSection> sections;
  for (const auto& [vm, value] : *node.as_table()) {
    const toml::table* table = value.as_table();
    if (table == nullptr) throw ConfigurationError(place(value), what);
    TomlSection reader(*table, file, "bounds");
    BoundsSection section;
    section.where = place(value);
    section.vm = vm.str();
    if (reader.has("median")) section.bounds.median = reader.number("median", 0, max_bound);
    if (reader.has("p99")) section.bounds.p99 = reader.number("p99", 0, max_bound);
    if (reader.has("max")) section.bounds.max = reader.number("max", 0, max_bound);
    reader.refuse_unknown();
    sections.push_back(std::move(section));
  }
  return sections;
}

std::string landmark_sections_toml(const std::vector<LandmarkSection>& landmarks,
                                   const std::vector<IntervalSection>& intervals) {
  std::string text;
  for (const LandmarkSection& landmark : landmarks) {
    text += fmt::format("\n[[landmark]]\nname = {}\nvm = {}\nat = {}\n", quoted(landmark.name),
                        quoted(landmark.vm), quoted(landmark.at));
    if (!landmark.when.empty()) text += fmt::format("when = {}\n", quoted(landmark.when));
  }
  for (const IntervalSection& interval : intervals) {
    text += fmt::format("\n[[interval]]\nname = {}\nfrom = {}\nto = {}\n", quoted(interval.name),
                        quoted(interval.from), quoted(interval.to));
    if (interval.max) text += fmt::format("max = {}\n", *interval.max);
  }
  return text;
}

}  // namespace cyclevisor
