#include "platform/base/read_file.hpp"

#include <fstream>
#include <iterator>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {

std::string read_file(const std::filesystem::path& path, const std::string& where) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw ConfigurationError(where, "there is no such file");
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream.good() && !stream.eof()) throw ConfigurationError(where, "cannot be read");
  return text;
}

}  // namespace cyclevisor
