// An FST or VCD file with the Verilated timer's signals and the platform's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "models/rtl_bridge/timer_rtl.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/waves/wave_signals.hpp"

namespace cyclevisor {

class WaveFile {
 public:
  virtual ~WaveFile() = default;
  /// Records the current values of all signals from `picoseconds` on, which must increase from call
  /// to call.
  virtual void dump(std::uint64_t picoseconds) = 0;
  /// Completes the file.
  virtual void close() = 0;
  /// Throws ConfigurationError when not all could be written. Call after close().
  virtual void check() const = 0;
};

/// The sources of each dump, beside the timer's signals. All must outlive the file.
struct WaveSource {
  const ObservedPlatform& platform;
  const std::vector<WaveRow>& rows;
  const WaveValues& values;               ///< as `rows`
  const std::vector<std::string>& texts;  ///< what the values of text signals mean
};

/// Creates the file. `timer` must outlive it and has to be built for the same format. Throws
/// ConfigurationError if the file cannot be written.
std::unique_ptr<WaveFile> open_wave_file(const std::filesystem::path& path, WaveFormat format,
                                         TimerRtl& timer, const WaveSource& source);

}  // namespace cyclevisor
