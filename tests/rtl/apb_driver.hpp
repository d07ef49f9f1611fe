// An APB requester that drives the pins of the Verilated timer cycle by cycle.
#pragma once

#include <cstdint>

#include "models/rtl_bridge/timer_rtl.hpp"

namespace cyclevisor::test {

constexpr std::uint16_t msip = 0x0000;
constexpr std::uint16_t mtimecmp = 0x4000;
constexpr std::uint16_t mtime = 0xbff8;
constexpr std::uint8_t all_bytes = 0xf;

/// Whether a transfer is one half of an atomic 64-bit access (PAUSER[0]).
enum class Half { single, pair };

struct Outcome {
  std::uint32_t data = 0;
  bool error = false;
  unsigned wait_states = 0;  ///< access-phase cycles with PREADY low
};

/// One complete transfer that begins with its setup phase in the current cycle. Afterwards the
/// timer is in the cycle after the transfer and the bus is idle.
inline Outcome transfer(TimerRtl& timer, ApbRequest request) {
  request.psel = true;
  request.penable = false;
  timer.drive(request);
  timer.step();
  request.penable = true;
  timer.drive(request);
  Outcome outcome;
  while (!timer.apb().pready) {
    ++outcome.wait_states;
    timer.step();
  }
  outcome.data = timer.apb().prdata;
  outcome.error = timer.apb().pslverr;
  timer.step();
  timer.drive(ApbRequest{});
  return outcome;
}

inline Outcome write(TimerRtl& timer, std::uint16_t address, std::uint32_t data,
                     Half half = Half::single, std::uint8_t strobes = all_bytes) {
  ApbRequest request;
  request.pwrite = true;
  request.paddr = address;
  request.pwdata = data;
  request.pstrb = strobes;
  request.pauser = half == Half::pair;
  return transfer(timer, request);
}

inline Outcome read(TimerRtl& timer, std::uint16_t address, Half half = Half::single) {
  ApbRequest request;
  request.paddr = address;
  request.pauser = half == Half::pair;
  return transfer(timer, request);
}

inline void write64(TimerRtl& timer, std::uint16_t address, std::uint64_t value) {
  write(timer, address, static_cast<std::uint32_t>(value), Half::pair);
  write(timer, address + 4, static_cast<std::uint32_t>(value >> 32), Half::pair);
}

inline std::uint64_t read64(TimerRtl& timer, std::uint16_t address) {
  const std::uint64_t low = read(timer, address, Half::pair).data;
  return low | std::uint64_t{read(timer, address + 4, Half::pair).data} << 32;
}

inline void step(TimerRtl& timer, unsigned cycles) {
  while (cycles-- > 0) timer.step();
}

}  // namespace cyclevisor::test
