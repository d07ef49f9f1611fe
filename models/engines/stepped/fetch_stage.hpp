// F: the program counter, its translation, the instruction cache or the bus, and instructions that
// straddle two lines (timing rules, sections 4, 5 and 9).
#pragma once

#include <cstdint>
#include <optional>

#include "models/engines/stepped/bus_arbiter.hpp"
#include "models/engines/stepped/cache_controller.hpp"
#include "models/engines/stepped/commit_port.hpp"
#include "models/engines/stepped/decoder.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/settings.hpp"
#include "models/timing/timing_state.hpp"
#include "models/timing/translator.hpp"

namespace cyclevisor {

class FetchStage {
 public:
  /// The references must outlive the stage.
  FetchStage(const PipelineSettings& settings, TimingState& state, CommitPort& core,
             const MemoryMap& map);

  /// Abandons what is in flight.
  void restart();
  const BusSide& bus() const { return bus_; }
  /// The address being fetched: pc, or that of the instruction's second half.
  std::uint64_t address() const { return register_.second_half ? register_.pc + 2 : register_.pc; }

  struct Commands {
    bool flushes_tlb = false;  ///< sfence.vma is in its first memory-stage cycle
    bool invalidates = false;  ///< fence.i is in the memory stage
    /// Why the walk for this address failed, if it failed in this cycle.
    const TranslationFault* walk_fault = nullptr;
  };
  /// The first look at the address in a cycle.
  void translate(const Commands& commands);
  bool needs_walk() const { return translation_.needs_walk; }
  TranslationRequest request() const { return core_.core().memory.fetch_request(address()); }
  Translator& translator() { return translator_; }

  /// An operation is in flight that must complete: no trap in this cycle.
  bool in_flight() const {
    return (controller_.busy() && !controller_.delivers()) || (bus_.busy() && !bus_.done());
  }

  /// Neither cache nor bus is busy, and no fault is known.
  bool nothing_in_flight() const {
    return !controller_.busy() && !bus_.busy() && !first_fault_ && !walk_fault_;
  }

  /// Evaluates cache and bus; then `stalls`, `fetched` and the demand are known.
  void access(bool bus_ready);
  bool stalls() const { return stalls_; }
  bool requests_bus(bool bus_ready, bool flushed) const {
    return bus_.requests(demand_, bus_ready, flushed);
  }
  /// What moves to decode.
  const StageRegister& fetched() const { return fetched_; }

  struct Edge {
    Cycle cycle;
    bool bus_ready;
    bool flushed;  ///< the decode register is flushed
    bool stalled;
    std::uint64_t next_pc;
  };
  void clock(const Edge& edge);
  void write_tlb(const Tlb::Match& found);

 private:
  std::uint32_t word() const;
  void decode_word(std::uint32_t bits);
  void note_fault(const TranslationFault& fault, std::uint64_t address);
  bool pmp_permits(PhysicalAddress half) const;

  CommitPort& core_;
  const MemoryMap& map_;
  Decoder decoder_;
  FetchRegister& register_;
  Cache& cache_;
  CacheController controller_;
  BusSide bus_;
  Translator translator_;

  std::optional<TranslationFault>
      first_fault_;  ///< of the first half; the second half is fetched all the same
  /// Why the walk for this address failed; no other walk begins until the stage moves on.
  std::optional<TranslationFault> walk_fault_;
  std::uint32_t bus_word_ = 0;

  // Of this cycle.
  Commands commands_;
  Translator::Result translation_;
  bool tlb_written_ = false;
  std::optional<TranslationFault> fault_;
  bool cacheable_ = false;
  bool answers_ = false;
  CacheController::Request request_;
  BusSide::BusDemand demand_;
  bool stalls_ = false;
  bool starts_second_half_ = false;
  bool between_halves_ = false;
  StageRegister fetched_;
};

}  // namespace cyclevisor
