#include "platform/base/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace cyclevisor {

std::string sha256(const std::string& contents) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned bytes = 0;
  if (EVP_Digest(contents.data(), contents.size(), digest.data(), &bytes, EVP_sha256(), nullptr) !=
      1) {
    throw std::runtime_error("SHA-256 is not available in libcrypto");
  }
  std::string text;
  for (unsigned i = 0; i < bytes; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace cyclevisor
