// M as far as memory is concerned: the data TLB, the page-table walker of both sides, the data
// cache and the bus (timing rules, sections 8 and 9).
#pragma once

#include <cstdint>
#include <optional>

#include "models/pipeline/bus_arbiter.hpp"
#include "models/pipeline/cache_machine.hpp"
#include "models/pipeline/fetch_stage.hpp"
#include "models/pipeline/functional_core.hpp"
#include "models/pipeline/memory_map.hpp"
#include "models/pipeline/page_walker.hpp"
#include "models/pipeline/settings.hpp"
#include "models/pipeline/stage_latches.hpp"
#include "models/pipeline/tlb.hpp"

namespace cyclevisor {

class MemoryStage {
 public:
  MemoryStage(const PipelineSettings& settings, FunctionalCore& core, const MemoryMap& map);

  const CacheArray& cache() const { return cache_.array(); }

  /// Has begun something that it must complete: no interrupt in this cycle.
  bool committed() const { return walker_.active() || cache_.busy() || bus_.busy(); }
  /// How the walk for the fetch stage failed, if it did so in this cycle.
  FetchFault fetch_walk_fault() const {
    if (!walker_.faults() || walker_.walks_for() != PageWalker::For::fetch) {
      return FetchFault::none;
    }
    return walker_.fault() == PageWalker::Fault::page ? FetchFault::page : FetchFault::access;
  }

  /// The first look at the instruction, or at the walker's access, in a cycle.
  void translate(const StageLatch& latch, std::uint64_t address);
  /// The exception of the access, as far as it is known now.
  const std::optional<Exception>& fault() const { return fault_; }
  /// Where the data lie, if there is an access.
  std::optional<PhysicalAddress> operand() const;

  /// What walker, cache and bus do; then `stalls` is known.
  void access(const FetchStage& fetch, bool bus_ready);
  bool stalls() const { return stalls_; }
  bool requests_bus(bool bus_ready, bool flushed) const {
    return bus_.requests(wishes_, bus_ready, flushed || cancelled_);
  }
  bool signals_burst() const { return bus_.signals_burst(wishes_); }

  struct Edge {
    Cycle cycle;
    bool bus_ready;
    bool flushed;  ///< the instruction is trapped
    bool stalled;  ///< the write-back register holds
  };
  void clock(FetchStage& fetch, const Edge& edge);

 private:
  AccessRights rights_of(const MemoryOperation& operation) const;
  PageWalker::Context walk_context(const FetchStage& fetch) const;
  void check(const MemoryAttributes& attributes, bool page_fault);
  void fail(ExceptionCause load, ExceptionCause store);

  FunctionalCore& core_;
  const MemoryMap& map_;
  CacheMachine cache_;
  BusSide bus_;
  Tlb tlb_;
  PageWalker walker_;

  // Of this cycle.
  StageLatch latch_;
  MemoryOperation operation_;  ///< of the instruction
  MemoryOperation access_;     ///< of the instruction or of the walker
  std::uint64_t address_ = 0;  ///< virtual, of the instruction
  PhysicalAddress physical_;
  Tlb::Match match_;
  bool needs_walk_ = false;
  bool misses_tlb_ = false;
  bool cacheable_ = false;
  bool no_page_tables_ = false;  ///< the walker's address is no memory
  std::optional<Exception> fault_;
  CacheMachine::Request request_;
  BusSide::Wishes wishes_;
  bool cancelled_ = false;  ///< the access of this cycle, because of a walk
  bool cache_stalls_ = false;
  bool stalls_ = false;
};

}  // namespace cyclevisor
