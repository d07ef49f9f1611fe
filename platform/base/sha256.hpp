// SHA-256 (FIPS 180-4), by OpenSSL's libcrypto.
#pragma once

#include <filesystem>
#include <string>

namespace cyclevisor {

/// 64 lower-case hexadecimal digits.
std::string sha256(const std::string& contents);
/// The same of a file's contents, however large; empty if the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace cyclevisor
