// Reads whole files.
#pragma once

#include <filesystem>
#include <string>

namespace cyclevisor {

/// The contents of a file, byte for byte. Throws ConfigurationError, whose message begins with
/// `where`, if it cannot be read.
std::string read_file(const std::filesystem::path& path, const std::string& where);

}  // namespace cyclevisor
