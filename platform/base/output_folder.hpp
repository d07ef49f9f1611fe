// The folder with the results of a run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/base/output_file.hpp"

namespace cyclevisor {

/// Creates the folder if need be. For a run it removes what an earlier one left there, so that
/// nothing in it is older than the run. Other files are left alone.
class OutputFolder {
 public:
  /// What becomes of results that are there already.
  enum class Earlier { removed, kept };
  /// Throws ConfigurationError when the folder cannot be made or written to.
  explicit OutputFolder(std::filesystem::path path, Earlier earlier = Earlier::removed);

  const std::filesystem::path& path() const { return path_; }
  /// Writes a whole file, in place of an earlier one. Throws ConfigurationError when that fails;
  /// the earlier one is still there then.
  void write(const std::string& name, const std::string& contents) const;

 private:
  std::filesystem::path path_;
};

/// What the UARTs send: a file each, and on request also to standard output.
class ConsoleLogs {
 public:
  enum class Echo { none, standard_output };

  /// `names[n]` is whose console UART n is: its log is uart-NAME.log.
  ConsoleLogs(const OutputFolder& folder, const std::vector<std::string>& names, Echo echo);
  /// One character; files are flushed at the end of each line.
  void put(unsigned uart, std::uint8_t character);
  /// Completes the files. Throws ConfigurationError when not all could be written.
  void close();

 private:
  std::vector<OutputFile> files_;
  Echo echo_;
};

}  // namespace cyclevisor
