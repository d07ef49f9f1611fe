#include "platform/plugin/section_reader.hpp"

#include <fmt/format.h>

#include "models/plic/plic.hpp"
#include "platform/base/configuration_error.hpp"
#include "platform/base/toml_section.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t max_device_bytes = 256 * 1024 * 1024;

template <class Section, class Read>
std::vector<Section> read_all(const toml::node& node, const std::filesystem::path& file,
                              const char* kind, Read read) {
  std::vector<Section> sections;
  for (const toml::table* table : toml_tables(node, file, kind)) {
    TomlSection reader(*table, file, kind);
    Section section;
    section.where = reader.where();
    section.name = reader.name("name");
    section.given = reader.text("library");
    section.path = file.parent_path() / section.given;
    section.parameters = reader.parameters("parameters");
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
      node, file, "device", [](TomlSection& reader, DeviceSection& section) {
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
  return read_all<SinkSection>(node, file, "sink", [](TomlSection&, SinkSection&) {});
}

}  // namespace cyclevisor
