// Parses TOML text.
#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <string>

namespace cyclevisor {

/// Throws ConfigurationError with line and column; `file` is used for messages.
toml::table parse_toml(const std::string& text, const std::filesystem::path& file);

}  // namespace cyclevisor
