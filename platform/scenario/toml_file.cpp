#include "platform/scenario/toml_file.hpp"

#include <fmt/format.h>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {

toml::table parse_toml(const std::string& text, const std::filesystem::path& file) {
  try {
    return toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    const toml::source_position position = error.source().begin;
    throw ConfigurationError(fmt::format("{}:{}:{}", file.string(), position.line, position.column),
                             std::string(error.description()));
  }
}

}  // namespace cyclevisor
