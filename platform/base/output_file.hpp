// A file that the program writes. Data that does not reach the disk is reported.
#pragma once

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {

/// `error` is the errno value; 0 if there is none.
inline ConfigurationError cannot_write(const std::string& where, int error) {
  return {where, error == 0 ? "cannot be written"
                            : std::string("cannot be written: ") + std::strerror(error)};
}

class OutputFile {
 public:
  /// Throws ConfigurationError if the file cannot be created. `where` names it in messages.
  OutputFile(const std::filesystem::path& path, std::string where) : where_(std::move(where)) {
    errno = 0;
    file_.open(path, std::ios::binary);
    if (!file_) throw cannot_write(where_, errno);
  }
  explicit OutputFile(const std::filesystem::path& path) : OutputFile(path, path.string()) {}

  std::ostream& stream() { return file_; }
  /// Writes the whole contents at once.
  void write(const std::string& contents) {
    errno = 0;
    file_ << contents << std::flush;
    if (!file_) throw cannot_write(where_, errno);
  }

  /// Completes the file. Throws ConfigurationError if not all of it could be written.
  void close() {
    // What a full disk did not accept is still in the buffer, so the error occurs again here.
    errno = 0;
    file_.close();
    if (!file_) throw cannot_write(where_, errno);
  }

 private:
  std::string where_;
  std::ofstream file_;
};

}  // namespace cyclevisor
