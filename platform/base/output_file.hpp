// A file that the program writes. What is lost on the way to the disk is said, not swallowed.
#pragma once

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {

/// `error` is the system's number for the reason; 0 if it gave none.
inline ConfigurationError cannot_write(const std::string& where, int error) {
  return {where, error == 0 ? "cannot be written"
                            : std::string("cannot be written: ") + std::strerror(error)};
}

class OutputFile {
 public:
  /// Throws ConfigurationError when the file cannot be made. `where` is what messages call it.
  OutputFile(const std::filesystem::path& path, std::string where) : where_(std::move(where)) {
    errno = 0;
    file_.open(path, std::ios::binary);
    if (!file_) throw cannot_write(where_, errno);
  }
  explicit OutputFile(const std::filesystem::path& path) : OutputFile(path, path.string()) {}

  std::ostream& stream() { return file_; }
  /// The whole contents at once.
  void write(const std::string& contents) {
    errno = 0;
    file_ << contents << std::flush;
    if (!file_) throw cannot_write(where_, errno);
  }

  /// Completes the file. Throws ConfigurationError when not all of it could be written.
  void close() {
    // What a full disk did not take is still in the buffer: the reason comes up again.
    errno = 0;
    file_.close();
    if (!file_) throw cannot_write(where_, errno);
  }

 private:
  std::string where_;
  std::ofstream file_;
};

}  // namespace cyclevisor
