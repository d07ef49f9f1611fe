#include "platform/base/output_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

bool is_result(const std::string& name) {
  static const std::set<std::string> results{"attach.gdb",      "config.resolved.toml",
                                             "coverage.info",   "stats.json",
                                             "latency.json",    "manifest.json",
                                             "report.html",     "run.events",
                                             "latency.hist",    "trace.perfetto.json",
                                             "trace.fst",       "trace.vcd",
                                             "timer.gtkw",      "bus.gtkw",
                                             "hypervisor.gtkw", "latency.gtkw"};
  const bool console = name.rfind("uart-", 0) == 0 && name.size() > 4 &&
                       name.compare(name.size() - 4, 4, ".log") == 0;
  const bool filter = name.rfind("trace.", 0) == 0 && name.size() > 7 &&
                      name.compare(name.size() - 7, 7, ".filter") == 0;
  return console || filter || results.count(name) != 0;
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
  if (earlier == Earlier::kept) return;
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error)) {
    if (is_result(entry.path().filename().string())) old.push_back(entry.path());
  }
  for (const auto& file : old) {
    std::filesystem::remove(file, error);
    if (error) throw ConfigurationError("--outdir " + path_.string(), "cannot be written to");
  }
}

void OutputFolder::write(const std::string& name, const std::string& contents) const {
  // An earlier result stays until the new one is complete.
  const std::filesystem::path part = path_ / (name + ".part");
  std::error_code error;
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
