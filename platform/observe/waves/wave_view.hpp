// Prepared GTKWave views of a wave file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/rtl_bridge/timer_rtl.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/program/symbol_table.hpp"

namespace cyclevisor {

/// A named marker: A, B, ... in their order. Picoseconds.
struct WaveMarker {
  std::string name;
  std::uint64_t time = 0;
};

/// What the views show first. Picoseconds.
struct WaveFocus {
  std::uint64_t begin = 0;  ///< of the span that `latency` and `hypervisor` show
  std::uint64_t end = 0;    ///< the same as `begin` when there is no span to be shown
  std::uint64_t line = 0;   ///< the interrupt line rises: what `timer` shows
  std::uint64_t bus = 0;    ///< a transfer to a device begins: what `bus` shows
  std::vector<WaveMarker> markers;
};

struct WaveViewInput {
  const ObservedPlatform& platform;
  const std::vector<SymbolTable>& symbols;  ///< [0] of M-mode's code, [n] of VM number n
  WaveFocus focus;
};

/// Writes `outdir`/timer.gtkw, bus.gtkw, hypervisor.gtkw and latency.gtkw for `outdir`/trace.fst or
/// trace.vcd, from the templates in waves/, and the filters that they use: trace.*.filter and the
/// program trace.symbol.filter. The folder may be moved: its files hold no absolute path. Throws
/// ConfigurationError when a file cannot be written.
void write_wave_views(const std::filesystem::path& outdir, WaveFormat format,
                      const WaveViewInput& input);

/// The symbols of the code of VM `vm` (0 = the hypervisor), or nullptr. A native guest has
/// M-mode's.
const SymbolTable* symbols_of(const ObservedPlatform& platform,
                              const std::vector<SymbolTable>& symbols, unsigned vm);

}  // namespace cyclevisor
