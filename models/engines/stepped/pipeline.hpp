// The five-stage pipeline, stepped cycle by cycle: the referee of all timing. It drives the
// architectural hart, which executes an instruction in the cycle in which the instruction leaves
// the memory stage.
//
// A cycle is evaluated in the order in which the stages depend on each other: memory (trap, return,
// access), execute (branches, division), decode (hazards), fetch; then stage control, and the clock
// edge. Traps, returns, wfi and interrupts (timing rules, sections 6 and 11) are here; the other
// sections have files of their own. The rules are in tests/timing/rules.md.
#pragma once

#include <cstdint>
#include <optional>

#include "models/engines/stepped/commit_port.hpp"
#include "models/engines/stepped/fetch_stage.hpp"
#include "models/engines/stepped/gshare_predictor.hpp"
#include "models/engines/stepped/hazards.hpp"
#include "models/engines/stepped/memory_stage.hpp"
#include "models/hart/execute/trap.hpp"
#include "models/timing/divider.hpp"
#include "models/timing/settings.hpp"
#include "models/timing/timing_state.hpp"

namespace cyclevisor {

/// Receives what happens to instructions in their last memory-stage cycle, in that order.
class PipelineObserver {
 public:
  virtual ~PipelineObserver() = default;

  /// The instruction is about to execute and will retire; nothing has changed yet.
  virtual void retiring(const StageRegister& latch, Cycle at) = 0;
  virtual void retired(const StageRegister& latch, Cycle at) = 0;
  /// The instruction did not retire; the trap has been taken.
  virtual void trapped(const StageRegister& latch, const TakenTrap& taken, Cycle at) = 0;
};

class Pipeline {
 public:
  /// The references must outlive the pipeline; `bus` is the one that the core has.
  Pipeline(const PipelineSettings& settings, TimingState& state, Core& core, PhysicalBus& bus,
           const MemoryMap& map, PipelineObserver& observer);

  /// Releases reset in cycle `at`: the core has been reset, and the first fetch is at its pc. Once,
  /// before the first step.
  void reset(Cycle at);

  /// Discards everything that has not retired, and all translations; fetches at the core's pc.
  void restart();
  /// See Engine::memory_written.
  void memory_written(PhysicalAddress first, std::uint64_t bytes);

  /// The cycle that the next `step` simulates.
  Cycle now() const { return state_.now; }

  /// Simulates one cycle, with the interrupt lines as the core has them.
  void step();

  /// An access is in flight that must complete.
  bool is_busy() const { return memory_.in_flight(); }
  /// A wfi waits, and as long as nothing is pending, further cycles change nothing but the time.
  bool is_settled_in_wfi() const { return state_.settled_cycles >= settling_cycles; }
  /// The first cycle in which a settled wfi reaches its time limit; never if it may wait without
  /// limit.
  Cycle wfi_gives_up_at() const;
  /// Moves the clock of a pipeline that is settled in wfi.
  void skip_to(Cycle cycle);
  /// The first cycle in which the retiring wfi waited, if it did.
  std::optional<Cycle> wait_began() const { return wait_began_; }

  /// Whether the next cycle begins with nothing in flight: no walk, burst, division or waiting
  /// access. Then the timing state is complete, and another engine may continue from it.
  bool nothing_in_flight() const {
    return state_.memory_is_new && memory_.nothing_in_flight() && fetch_.nothing_in_flight() &&
           arbiter_.is_idle() && state_.divider.idle();
  }

  Core& core() { return commit_port_.core(); }

 private:
  struct ExecuteOutcome {
    bool taken = false;
    std::uint64_t target = 0;
    std::uint64_t link = 0;
    bool wrong = false;  ///< the fetched instruction is not the next one
    std::uint64_t correct() const { return taken ? target : link; }
  };

  void evaluate_memory_stage();
  std::optional<Exception> exception_in_memory_stage() const;
  std::uint64_t data_address() const;
  /// Whether a wfi in M may wait for a limited time only.
  bool wfi_is_limited() const;
  void evaluate_execute_stage();
  void start_division();
  std::uint64_t finish_memory_stage();
  std::uint64_t next_pc(std::uint64_t architectural);
  void count_settled_cycles();
  /// Whether memory adds a wait state to the beat in its data phase.
  bool memory_adds_wait_state();
  void clock_latches();

  PipelineSettings settings_;
  TimingState& state_;
  PipelineObserver& observer_;
  CommitPort commit_port_;
  MemoryStage memory_;
  FetchStage fetch_;
  BusArbiter arbiter_;
  std::optional<GsharePredictor> predictor_;

  std::optional<Cycle> wait_began_;
  /// After this many cycles in which a wfi waits and nothing else moves, the used bits in the TLBs
  /// have reached their final state.
  static constexpr unsigned settling_cycles = 3;
  std::uint64_t beat_waited_ = 0;  ///< wait states of the current beat so far
  /// The exception of the instruction in M that does not depend on memory, found in its first
  /// cycle.
  std::optional<Exception> own_exception_;

  const StageRegister refused_;  ///< stands for an instruction that does not access memory

  // Of this cycle.
  PipelineCauses causes_;
  PipelineControl control_;
  std::optional<Exception> exception_;
  std::optional<unsigned> interrupt_;
  ExecuteOutcome outcome_;
  bool division_starts_ = false;
  GsharePredictor::Stages stages_;
};

}  // namespace cyclevisor
