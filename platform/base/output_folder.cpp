#include "platform/base/output_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <set>
#include <string_view>

#include "platform/base/configuration_error.hpp"
#include "platform/base/sha256.hpp"

namespace cyclevisor {
namespace {

constexpr const char* marker = ".cyclevisor";

/// Whether a file of that name is one that cyclevisor has written.
bool is_manifest(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(64 * 1024, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  return text.find("\"command\": [\n    \"cyclevisor\"") != std::string::npos;
}

bool is_result(std::string name) {
  constexpr std::string_view part = ".part";  // one that was not completed
  if (name.size() > part.size() &&
      name.compare(name.size() - part.size(), part.size(), part) == 0) {
    name.resize(name.size() - part.size());
  }
  static const std::set<std::string> results{"attach.gdb",      "config.resolved.toml",
                                             "coverage.info",   "stats.json",
                                             "latency.json",    "manifest.json",
                                             "report.html",     "run.events",
                                             "latency.hist",    "trace.perfetto.json",
                                             "latency.csv",     "intervals.json",
                                             "trace.fst",       "trace.vcd",
                                             "timer.gtkw",      "bus.gtkw",
                                             "hypervisor.gtkw", "latency.gtkw"};
  const bool console = name.rfind("uart-", 0) == 0 && name.size() > 4 &&
                       name.compare(name.size() - 4, 4, ".log") == 0;
  const bool filter = name.rfind("trace.", 0) == 0 && name.size() > 7 &&
                      name.compare(name.size() - 7, 7, ".filter") == 0;
  const bool disk = name.rfind("disk-", 0) == 0 && name.size() > 4 &&
                    name.compare(name.size() - 4, 4, ".img") == 0;
  return console || filter || disk || results.count(name) != 0;
}

}  // namespace

OutputFolder::OutputFolder(std::filesystem::path path, Earlier earlier) : path_(std::move(path)) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error || !std::filesystem::is_directory(path_, error)) {
    throw ConfigurationError("--outdir " + path_.string(), "cannot be made a folder");
  }
  if (::access(path_.c_str(), W_OK | X_OK) != 0) {
    throw ConfigurationError("--outdir " + path_.string(), "cannot be written to");
  }
  if (!std::filesystem::exists(path_ / marker, error)) check_files(earlier);
  lock();
  if (earlier == Earlier::removed) remove_results();
}

void OutputFolder::check_files(Earlier earlier) const {
  std::error_code error;
  std::string found;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error)) {
    const std::string name = entry.path().filename().string();
    // Runs of earlier versions left no marker, but a manifest.
    if (name == "manifest.json" && is_manifest(entry.path())) return;
    // A recording that was brought here to be reported on.
    if (earlier == Earlier::kept && name == "run.events") return;
    if (is_result(name)) found = name;
  }
  if (found.empty()) return;
  throw ConfigurationError("--outdir " + path_.string(),
                           "holds '" + found + "', which no run has written: give another folder");
}

void OutputFolder::lock() {
  const std::filesystem::path file = path_ / marker;
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) throw cannot_write(file.string(), errno);
  lock_ = std::shared_ptr<const int>(new int(descriptor), [](const int* held) {
    ::close(*held);
    delete held;
  });
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return;
  throw ConfigurationError("--outdir " + path_.string(),
                           "another run is writing its results there");
}

void OutputFolder::remove_results() const {
  std::error_code error;
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error)) {
    if (is_result(entry.path().filename().string())) old.push_back(entry.path());
  }
  for (const auto& file : old) {
    std::filesystem::remove(file, error);
    if (error) throw ConfigurationError("--outdir " + path_.string(), "cannot be written to");
  }
}

std::map<std::string, std::string> OutputFolder::hashes() const {
  std::map<std::string, std::string> hashes;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error)) {
    const std::string name = entry.path().filename().string();
    const bool left_out = name == "manifest.json" || name == "attach.gdb" || name == "run.events";
    if (!is_result(name) || left_out) continue;
    hashes[name] = sha256_of_file(entry.path());
  }
  return hashes;
}

void OutputFolder::write(const std::string& name, const std::string& contents) const {
  // An earlier result stays until the new one is complete.
  const std::filesystem::path part = path_ / (name + ".part");
  std::error_code error;
  std::filesystem::remove(part, error);  // a link would lead elsewhere
  try {
    OutputFile file(part, (path_ / name).string());
    file.write(contents);
    file.close();
  } catch (const ConfigurationError&) {
    std::filesystem::remove(part, error);
    throw;
  }
  std::filesystem::rename(part, path_ / name, error);
  if (error) throw cannot_write((path_ / name).string(), error.value());
}

ConsoleLogs::ConsoleLogs(const OutputFolder& folder, const std::vector<std::string>& names,
                         Echo echo)
    : echo_(echo) {
  for (const std::string& name : names) {
    files_.emplace_back(folder.path() / ("uart-" + name + ".log"));
  }
}

void ConsoleLogs::put(unsigned uart, std::uint8_t character) {
  const char c = static_cast<char>(character);
  std::ostream& file = files_.at(uart).stream();
  file.put(c);
  if (c == '\n') file.flush();
  if (echo_ == Echo::standard_output) {
    std::cout.put(c);
    if (c == '\n') std::cout.flush();
  }
}

void ConsoleLogs::close() {
  std::cout.flush();
  for (OutputFile& file : files_) file.close();
}

}  // namespace cyclevisor
