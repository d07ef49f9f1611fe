// The GTKWave view that opens a wave file ready-made.
#pragma once

#include <cstdint>
#include <filesystem>

#include "models/rtl_bridge/timer_rtl.hpp"
#include "platform/observe/observed.hpp"

namespace cyclevisor {

/// What the view shows first. Picoseconds.
struct WaveFocus {
  std::uint64_t start = 0;   ///< left edge
  std::uint64_t cursor = 0;  ///< where the primary marker stands
};

/// Writes `outdir`/trace.gtkw for `outdir`/trace.fst or trace.vcd, from waves/timer.gtkw.in. For a
/// VCD also the translate filters that it needs: `outdir`/trace.mode.filter and so on. The folder
/// may be moved: nothing in it says where it lies. Throws std::runtime_error when a file cannot be
/// written.
void write_wave_view(const std::filesystem::path& outdir, WaveFormat format,
                     const ObservedPlatform& platform, WaveFocus focus);

}  // namespace cyclevisor
