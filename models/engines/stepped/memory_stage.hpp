// The memory side of M: the data TLB, the page-table walker of both sides, the data cache and the
// bus (timing rules, sections 8 and 9).
#pragma once

#include <cstdint>
#include <optional>

#include "models/engines/stepped/bus_arbiter.hpp"
#include "models/engines/stepped/cache_controller.hpp"
#include "models/engines/stepped/commit_port.hpp"
#include "models/engines/stepped/fetch_stage.hpp"
#include "models/engines/stepped/page_walker.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/settings.hpp"
#include "models/timing/timing_state.hpp"
#include "models/timing/tlb.hpp"

namespace cyclevisor {

class MemoryStage {
 public:
  /// The references must outlive the stage.
  MemoryStage(const PipelineSettings& settings, TimingState& state, CommitPort& core,
              PhysicalBus& bus, const MemoryMap& map);

  const BusSide& bus() const { return bus_; }

  /// Abandons what is in flight.
  void restart();

  /// To be called first in each cycle: makes the device access whose data phase begins in it.
  void begin(Cycle now);
  /// To be called at the end of the cycle in which the instruction leaves the stage.
  void finish_instruction() {
    reply_.reset();
    second_part_ = false;
  }
  /// The bus waits for a device in this cycle.
  bool device_waits(Cycle now) const { return reply_ && now + Cycle(1) < reply_->done; }

  /// An operation is in flight that must complete: no interrupt in this cycle.
  bool in_flight() const {
    return walker_.active() || controller_.busy() || bus_.busy() || second_part_;
  }
  /// Neither walks nor waits, and the access is not the second part of one.
  bool nothing_in_flight() const { return !in_flight() && !reply_; }
  /// Why the walk for the fetch stage failed, if it failed in this cycle. The stage belongs to the
  /// instruction again.
  const TranslationFault* fetch_walk_fault() const {
    const bool fails = walker_.faults() && walker_.walks_for() == PageWalker::For::fetch;
    return fails ? &walker_.fault() : nullptr;
  }

  /// The first look at the instruction, or at the walker's access, in a cycle. The register does
  /// not change until the end of the cycle.
  void translate(const StageRegister& latch, std::uint64_t address);
  /// The exception of the access, as far as it is known.
  const std::optional<Exception>& fault() const { return fault_; }
  /// The location of the data, if there is an access that completes in this cycle.
  std::optional<PreparedOperand> operand(Cycle now) const;

  /// Evaluates walker, cache and bus; then `stalls` is known.
  void access(const FetchStage& fetch, bool bus_ready);
  bool stalls() const { return stalls_; }
  bool requests_bus(bool bus_ready, bool flushed) const {
    return bus_.requests(demand_, bus_ready, flushed || cancelled_);
  }
  bool signals_burst() const { return bus_.signals_burst(demand_); }

  struct Edge {
    Cycle cycle;
    bool bus_ready;
    bool flushed;  ///< the instruction is trapped
    bool stalled;  ///< the write-back register holds
  };
  void clock(FetchStage& fetch, const Edge& edge);

 private:
  /// The walker uses the stage in this cycle; the instruction waits.
  bool walks() const { return walker_.active() && fetch_walk_fault() == nullptr; }
  TranslationRequest request() const;
  PageWalker::Context walk_context(const FetchStage& fetch) const;
  void start_walk(PageWalker::For walk, Translator& translator, const TranslationRequest& request);
  void translate_for_walker();
  /// Selects the part of the operand that is accessed in this cycle.
  void choose_part(std::uint64_t address);
  void check(const MemoryAttributes& attributes);
  /// Whether PMP permits these bytes of the instruction's part.
  bool pmp_permits(unsigned offset, unsigned bytes) const;
  /// The first byte of the instruction's part that PMP denies.
  std::optional<unsigned> denied_byte() const;
  /// `offset`: of the byte of the part that faults.
  void fail(ExceptionCause load, ExceptionCause store, unsigned offset = 0);
  void fail(const TranslationFault& fault);

  CommitPort& core_;
  PhysicalBus& platform_bus_;
  const MemoryMap& map_;
  Cache& cache_;
  CacheController controller_;
  BusSide bus_;
  Translator translator_;
  PageWalker walker_;

  MisalignedAccess misaligned_;
  /// The answer of the device that the instruction accesses, from the first cycle of its data phase
  /// until the instruction leaves the stage.
  std::optional<BusReply> reply_;
  /// An operand that crosses the end of a line or page is accessed in two parts.
  bool second_part_ = false;
  PhysicalAddress first_part_;

  // Of this cycle.
  const StageRegister* instruction_;
  bool is_split_ = false;
  unsigned first_bytes_ = 0;  ///< of a split operand
  bool starts_second_part_ = false;
  bool between_parts_ = false;
  MemoryOperation operation_;  ///< of the instruction
  MemoryOperation access_;     ///< of the instruction or of the walker
  std::uint64_t address_ = 0;  ///< virtual, of the instruction's part
  unsigned bytes_ = 1;         ///< of that part
  std::uint64_t base_ = 0;     ///< virtual, of the whole operand
  TranslationRequest request_;
  Translator::Result translation_;
  PhysicalAddress physical_;  ///< of the instruction's or the walker's access
  bool cacheable_ = false;
  bool no_page_tables_ = false;  ///< there is no memory for page tables at the walker's address
  std::optional<Exception> fault_;
  CacheController::Request cache_request_;
  BusSide::BusDemand demand_;
  bool cancelled_ = false;  ///< the access of this cycle was cancelled by a walk
  bool cache_stalls_ = false;
  bool stalls_ = false;
};

}  // namespace cyclevisor
