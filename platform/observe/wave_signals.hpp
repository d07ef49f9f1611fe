// The signals in the waves that come from the event stream: the one list of them. The timer's pins
// and registers come from the Verilated RTL itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace cyclevisor {

/// Where a signal's values have names.
enum class WaveNames : std::uint8_t { none, mode, vm, cause };

enum class WaveSignal : std::uint8_t {
  pc,
  instruction,
  mode,
  vm,
  cause,
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
};

struct WaveSignalRow {
  WaveSignal signal;
  const char* scope;  ///< below the top scope "platform"
  const char* name;
  unsigned bits;
  WaveNames names;
};

inline constexpr std::array<WaveSignalRow, 18> wave_signals = {{
    {WaveSignal::pc, "hart", "pc", 64, WaveNames::none},  // of the instruction retired last
    {WaveSignal::instruction, "hart", "instruction", 32, WaveNames::none},
    {WaveSignal::mode, "hart", "mode", 3, WaveNames::mode},
    {WaveSignal::vm, "hart", "vm", 8, WaveNames::vm},  // whose guest code runs; 0 = hypervisor
    {WaveSignal::cause, "hart", "cause", 8, WaveNames::cause},  // of the trap being handled
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
}};
inline constexpr std::size_t wave_signal_count = wave_signals.size();

constexpr std::size_t index(WaveSignal signal) { return static_cast<std::size_t>(signal); }

constexpr bool rows_in_order() {
  for (std::size_t i = 0; i < wave_signal_count; ++i) {
    if (index(wave_signals[i].signal) != i) return false;
  }
  return true;
}
static_assert(rows_in_order(), "a signal's number is its row");

/// The current value of every signal.
using WaveValues = std::array<std::uint64_t, wave_signal_count>;

// How `mcause` becomes the 8 bits of the signal `cause`.
inline constexpr std::uint64_t wave_cause_none = 0xff;
constexpr std::uint64_t wave_cause(std::uint64_t mcause) {
  return (mcause >> 63) << 6 | (mcause & 0x3f);
}
constexpr std::uint64_t wave_mcause(std::uint64_t code) {
  return (code >> 6) << 63 | (code & 0x3f);
}

}  // namespace cyclevisor
