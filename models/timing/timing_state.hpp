// Everything that outlives a cycle and decides what the following cycles cost: stage registers,
// caches, TLBs, predictor. A hart has one TimingState, and every engine works on it, so that one
// engine can go on in any cycle in which another one stopped.
//
// What is in flight - a refill, a write-back, a page walk, a bus transfer - is not here: it is the
// stepped pipeline's, and no other engine takes over before it is complete.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/types.hpp"
#include "models/hart/execute/core.hpp"
#include "models/timing/cache.hpp"
#include "models/timing/divider.hpp"
#include "models/timing/gshare_state.hpp"
#include "models/timing/settings.hpp"
#include "models/timing/stage_registers.hpp"
#include "models/timing/tlb.hpp"

namespace cyclevisor {

/// F: the address that is being fetched. An instruction on both sides of a line's end is fetched in
/// two halves.
struct FetchRegister {
  std::uint64_t pc = 0;
  bool second_half = false;
  std::uint16_t first_half = 0;    ///< while second_half
  PhysicalAddress first_physical;  ///< of the first half
};

struct TimingState {
  /// `core` provides main memory for refills; it must outlive the state.
  TimingState(const PipelineSettings& settings, Core& core);
  TimingState(const TimingState&) = delete;
  TimingState& operator=(const TimingState&) = delete;

  /// Empties the stage registers and the TLBs and fetches from `pc`: what has not retired is
  /// discarded.
  void discard(std::uint64_t pc);

  Cycle now;  ///< the next cycle to be simulated

  FetchRegister fetch;
  StageRegister decode, execute, memory;
  bool memory_is_new = true;         ///< first memory-stage cycle of `memory`
  bool memory_mispredicted = false;  ///< `memory` caused a redirect when it was in E
  std::uint64_t wfi_cycles = 0;      ///< that the wfi in `memory` has already waited
  bool wfi_in_writeback = false;
  /// Consecutive cycles in which a wfi waits and nothing else moves.
  unsigned settled_cycles = 0;
  Divider divider;

  Cache instruction_cache, data_cache;
  Tlb instruction_tlb, data_tlb;
  std::optional<GshareState> predictor;  ///< nothing without a predictor

 private:
  std::uint64_t divider_bits_;
};

}  // namespace cyclevisor
