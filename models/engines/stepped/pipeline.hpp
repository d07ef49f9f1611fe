// The five-stage pipeline, stepped cycle by cycle: the referee of all timing. It drives the
// functional hart, which executes an instruction in the cycle in which it leaves the memory stage.
//
// Each cycle is worked out in the order in which the stages depend on each other: memory (trap,
// return, access), execute (branches, division), decode (hazards), fetch; then one decision which
// registers move, and the clock edge. Traps, returns, wfi and interrupts (timing rules, sections 6
// and 11) are here; the other sections are in the files of their subjects. The rules are in
// tests/timing/rules.md.
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

/// Is told what happens to instructions in their last memory-stage cycle, in its order.
class PipelineObserver {
 public:
  virtual ~PipelineObserver() = default;

  /// The instruction is about to be executed and will retire: nothing has changed yet.
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

  /// Reset is released in cycle `at`: the core has been reset, the first fetch is at its pc. Once,
  /// before the first step.
  void reset(Cycle at);

  /// Gives up all that has not retired, and all translations; fetches at the core's pc.
  void restart();
  /// See Engine::memory_written.
  void memory_written(PhysicalAddress first, std::uint64_t bytes);

  /// The cycle that the next `step` works out.
  Cycle now() const { return state_.now; }

  /// One cycle, with the interrupt lines as the core has them.
  void step();

  /// An access has begun that must be completed.
  bool is_busy() const { return memory_.committed(); }
  /// A wfi waits, and as long as nothing is pending no further cycle changes anything else than
  /// the time.
  bool rests() const { return state_.settled_cycles >= settling_cycles; }
  /// The first cycle in which a resting wfi gives up; never where it may wait without limit.
  Cycle rest_ends() const;
  /// Moves the clock of a pipeline that rests on.
  void skip_to(Cycle cycle);
  /// The first cycle in which the wfi that is retiring has waited, if it has.
  std::optional<Cycle> wait_began() const { return wait_began_; }

  /// Whether the next cycle begins with nothing in flight: no walk, burst, division or access that
  /// waits. Then the timing state is all there is, and another engine may go on from it.
  bool nothing_in_flight() const {
    return state_.memory_is_new && memory_.is_quiet() && fetch_.is_quiet() && arbiter_.is_quiet() &&
           state_.divider.idle();
  }

  Core& core() { return functional_.core(); }

 private:
  struct ExecuteOutcome {
    bool taken = false;
    std::uint64_t target = 0;
    std::uint64_t link = 0;
    bool wrong = false;  ///< what follows is not what was fetched
    std::uint64_t correct() const { return taken ? target : link; }
  };

  void look_at_memory_stage();
  std::optional<Exception> exception_in_memory_stage() const;
  std::uint64_t data_address() const;
  /// Whether a wfi in the memory stage may only wait for a limited time.
  bool waits_on_limit() const;
  void look_at_execute_stage();
  void start_division();
  std::uint64_t finish_memory_stage();
  std::uint64_t next_pc(std::uint64_t architectural);
  void note_rest();
  /// Whether memory needs a further cycle for the beat that is being transferred.
  bool memory_waits();
  void clock_latches();

  PipelineSettings settings_;
  TimingState& state_;
  PipelineObserver& observer_;
  CommitPort functional_;
  MemoryStage memory_;
  FetchStage fetch_;
  BusArbiter arbiter_;
  std::optional<GsharePredictor> predictor_;

  std::optional<Cycle> wait_began_;
  /// After so many cycles in which a wfi waits and nothing else moves, all marks of use in the TLBs
  /// are as they will stay.
  static constexpr unsigned settling_cycles = 3;
  std::uint64_t beat_waited_ = 0;  ///< cycles for the present beat
  /// What the instruction in M raises by itself, found in its first cycle.
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
