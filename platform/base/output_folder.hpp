// The folder with the results of a run.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/output_file.hpp"

namespace cyclevisor {

/// Creates the folder if necessary, and locks it until the object is destroyed: a second run that
/// wants to write there is refused. For a run it removes the results of an earlier run, so that
/// nothing in the folder is older than the run. Other files are not touched; a file that has the
/// name of a result but that no run has written is one reason to refuse the folder.
///
/// The file `.cyclevisor` marks the folder as one of results, and carries the lock.
class OutputFolder {
 public:
  /// What happens to existing results.
  enum class Earlier { removed, kept };
  /// Throws ConfigurationError if the folder cannot be created or written to, is locked, or holds
  /// files of others.
  explicit OutputFolder(std::filesystem::path path, Earlier earlier = Earlier::removed);

  const std::filesystem::path& path() const { return path_; }
  /// The SHA-256 of each result in the folder, except for the manifest, which holds them,
  /// attach.gdb, which differs between equal runs, and the recording, whose events prove it.
  std::map<std::string, std::string> hashes() const;
  /// Writes a whole file and replaces an earlier one. Throws ConfigurationError if that fails; the
  /// earlier file is then still there.
  void write(const std::string& name, const std::string& contents) const;

 private:
  void lock();
  void check_files(Earlier earlier) const;
  void remove_results() const;

  std::filesystem::path path_;
  std::shared_ptr<const int> lock_;  ///< the descriptor of the marker
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
