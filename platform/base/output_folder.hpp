// The folder with the results of a run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/base/output_file.hpp"

namespace cyclevisor {

/// Creates the folder if necessary. For a run it removes the results of an earlier run, so that
/// nothing in the folder is older than the run. Other files are not touched.
class OutputFolder {
 public:
  /// What happens to existing results.
  enum class Earlier { removed, kept };
  /// Throws ConfigurationError if the folder cannot be created or written to.
  explicit OutputFolder(std::filesystem::path path, Earlier earlier = Earlier::removed);

  const std::filesystem::path& path() const { return path_; }
  /// Writes a whole file and replaces an earlier one. Throws ConfigurationError if that fails; the
  /// earlier file is then still there.
  void write(const std::string& name, const std::string& contents) const;

 private:
  std::filesystem::path path_;
};

/// The output of the UARTs: one file each, and on request also standard output.
class ConsoleLogs {
 public:
  enum class Echo { none, standard_output };

  /// `names[n]` is the owner of UART n: its log is uart-NAME.log.
  ConsoleLogs(const OutputFolder& folder, const std::vector<std::string>& names, Echo echo);
  /// Writes one character; files are flushed at the end of each line.
  void put(unsigned uart, std::uint8_t character);
  /// Completes the files. Throws ConfigurationError if not all of them could be written.
  void close();

 private:
  std::vector<OutputFile> files_;
  Echo echo_;
};

}  // namespace cyclevisor
