// SHA-256 (FIPS 180-4), by OpenSSL's libcrypto.
#pragma once

#include <string>

namespace cyclevisor {

/// 64 lower-case hexadecimal digits.
std::string sha256(const std::string& contents);

}  // namespace cyclevisor
