// The one list of the signals in the waves that come from the event stream. The timer's pins
// and registers come from the Verilated RTL itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/types.hpp"
#include "platform/observe/guest/observed.hpp"

namespace cyclevisor {

/// Which names a signal's values have.
enum class WaveNames : std::uint8_t { none, mode, vm, cause, stage, phase };

enum class WaveSignal : std::uint8_t {
  pc,
  location,
  function,
  landmark,
  instruction,
  mode,
  vm,
  cause,
  stage,
  idle,
  msip,
  mtip,
  seip,
  meip,
  bus_valid,
  bus_write,
  bus_address,
  bus_bytes,
  bus_wdata,
  bus_ready,
  bus_error,
  bus_rdata,
  dma_valid,
  dma_master,
  dma_write,
  dma_address,
  dma_bytes,
  dma_error,
};

/// The signals that every VM has, in a scope of its name.
enum class VmWaveSignal : std::uint8_t { running, mtip, phase };

inline constexpr unsigned wave_text = 0;  ///< instead of a number of bits: the values are texts

template <class Signal>
struct WaveSignalRow {
  Signal signal;
  const char* scope;  ///< below the top scope "platform"
  const char* name;
  unsigned bits;  ///< or `wave_text`
  WaveNames names;
};

inline constexpr std::array<WaveSignalRow<WaveSignal>, 28> wave_signals = {{
    {WaveSignal::pc, "hart", "pc", 64, WaveNames::none},  // of the instruction retired last
    {WaveSignal::location, "hart", "location", 64, WaveNames::none},         // wave_location()
    {WaveSignal::function, "hart", "function", wave_text, WaveNames::none},  // FST only
    {WaveSignal::landmark, "hart", "landmark", wave_text, WaveNames::none},  // reached; FST only
    {WaveSignal::instruction, "hart", "instruction", 32, WaveNames::none},
    {WaveSignal::mode, "hart", "mode", 3, WaveNames::mode},
    {WaveSignal::vm, "hart", "vm", 8, WaveNames::vm},  // whose guest code runs; 0 = hypervisor
    {WaveSignal::cause, "hart", "cause", 8, WaveNames::cause},  // of the trap being handled
    // HypervisorStage + 1; 0 = no code of the hypervisor.
    {WaveSignal::stage, "hart", "stage", 4, WaveNames::stage},
    {WaveSignal::idle, "hart", "wfi", 1, WaveNames::none},
    {WaveSignal::msip, "hart", "msip", 1, WaveNames::none},
    {WaveSignal::mtip, "hart", "mtip", 1, WaveNames::none},
    {WaveSignal::seip, "hart", "seip", 1, WaveNames::none},
    {WaveSignal::meip, "hart", "meip", 1, WaveNames::none},
    // High from the request to the cycle of the response, in which `ready` is high too.
    {WaveSignal::bus_valid, "bus", "valid", 1, WaveNames::none},
    {WaveSignal::bus_write, "bus", "write", 1, WaveNames::none},
    {WaveSignal::bus_address, "bus", "address", 56, WaveNames::none},
    {WaveSignal::bus_bytes, "bus", "bytes", 4, WaveNames::none},
    {WaveSignal::bus_wdata, "bus", "wdata", 64, WaveNames::none},
    {WaveSignal::bus_ready, "bus", "ready", 1, WaveNames::none},
    {WaveSignal::bus_error, "bus", "error", 1, WaveNames::none},
    {WaveSignal::bus_rdata, "bus", "rdata", 64, WaveNames::none},
    // Transfers of other bus masters: high from the first to the last cycle.
    {WaveSignal::dma_valid, "dma", "valid", 1, WaveNames::none},
    {WaveSignal::dma_master, "dma", "master", 8, WaveNames::none},
    {WaveSignal::dma_write, "dma", "write", 1, WaveNames::none},
    {WaveSignal::dma_address, "dma", "address", 56, WaveNames::none},
    {WaveSignal::dma_bytes, "dma", "bytes", 32, WaveNames::none},
    {WaveSignal::dma_error, "dma", "error", 1, WaveNames::none},
}};

inline constexpr std::array<WaveSignalRow<VmWaveSignal>, 3> vm_wave_signals = {{
    {VmWaveSignal::running, "vm", "running", 1, WaveNames::none},  // its own code runs
    {VmWaveSignal::mtip, "vm", "mtip", 1, WaveNames::none},        // its mtime >= its mtimecmp
    {VmWaveSignal::phase, "vm", "phase", 3, WaveNames::phase},     // WavePhase
}};

template <class Rows>
constexpr bool rows_in_order(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].signal) != i) return false;
  }
  return true;
}
static_assert(rows_in_order(wave_signals) && rows_in_order(vm_wave_signals),
              "a signal's number is its row");

/// One signal of a run's wave file.
struct WaveRow {
  std::string scope;  ///< below the top scope "platform"; levels separated by blanks
  std::string name;
  unsigned bits = 1;  ///< or `wave_text`
  WaveNames names = WaveNames::none;
};

/// All signals of a run: `wave_signals`, then `vm_wave_signals` for each VM in turn.
std::vector<WaveRow> wave_rows(const ObservedPlatform& platform);

/// The index of a signal among the rows.
constexpr std::size_t index(WaveSignal signal) { return static_cast<std::size_t>(signal); }
/// ... of the VM with index `vm` in ObservedPlatform::vms.
constexpr std::size_t index(std::size_t vm, VmWaveSignal signal) {
  return wave_signals.size() + vm * vm_wave_signals.size() + static_cast<std::size_t>(signal);
}

/// The current value of every signal, as the rows. That of a text is its number in a list of texts.
using WaveValues = std::vector<std::uint64_t>;

// How `mcause` becomes the 8 bits of the signal `cause`.
inline constexpr std::uint64_t wave_cause_none = 0xff;
constexpr std::uint64_t wave_cause(std::uint64_t mcause) {
  return (mcause >> 63) << 6 | (mcause & 0x3f);
}
constexpr std::uint64_t wave_mcause(std::uint64_t code) {
  return (code >> 6) << 63 | (code & 0x3f);
}

/// The signal `location`: whose code it is (0 = the hypervisor) and where. Guests are linked at the
/// same addresses, so `pc` alone is ambiguous; Sv48 leaves the upper bits of an address free.
inline constexpr unsigned wave_location_bits = 56;
constexpr std::uint64_t wave_location(unsigned vm, VirtualAddress pc) {
  constexpr std::uint64_t mask = (std::uint64_t{1} << wave_location_bits) - 1;
  return std::uint64_t{vm} << wave_location_bits | (pc.value & mask);
}

}  // namespace cyclevisor
