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
#include <functional>
#include <optional>

#include "models/pipeline/divider.hpp"
#include "models/pipeline/fetch_stage.hpp"
#include "models/pipeline/functional_core.hpp"
#include "models/pipeline/gshare_predictor.hpp"
#include "models/pipeline/hazards.hpp"
#include "models/pipeline/memory_stage.hpp"
#include "models/pipeline/settings.hpp"
#include "models/pipeline/stage_latches.hpp"

namespace cyclevisor {

/// What happened to an instruction in its last memory-stage cycle.
struct PipelineEvent {
  enum class Kind : std::uint8_t { retired, exception, interrupt };
  Kind kind = Kind::retired;
  Cycle cycle;
  std::uint64_t pc = 0;
  std::uint32_t bits = 0;  ///< as fetched; without meaning when the fetch failed
  PrivilegeMode mode = PrivilegeMode::machine;
  unsigned cause = 0;  ///< of an exception or interrupt
};

class Pipeline {
 public:
  using Observer = std::function<void(const PipelineEvent&)>;

  /// The references must outlive the pipeline. `observer` is told every event in its order.
  Pipeline(const PipelineSettings& settings, const HartConfig& config, PhysicalBus& bus,
           TimeSource& time, const MemoryMap& map, Observer observer);

  /// Reset is released in cycle 0: the first fetch is at `pc`.
  void reset(std::uint64_t pc, std::uint64_t a0, std::uint64_t a1);

  /// The cycle that the next `step` works out.
  Cycle now() const { return now_; }

  /// One cycle. `lines` are the levels of the interrupt lines in it, as bits of mip.
  void step(std::uint64_t lines);

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
  bool condition_holds(const Instruction& branch);
  void start_division();
  std::uint64_t finish_memory_stage();
  std::uint64_t next_pc(std::uint64_t architectural);
  void publish(PipelineEvent::Kind kind, unsigned cause) const;
  void clock_latches();

  Observer observer_;
  std::uint64_t wfi_time_limit_;
  FunctionalCore functional_;
  MemoryStage memory_;
  FetchStage fetch_;
  BusArbiter arbiter_;
  Divider divider_;
  std::optional<GsharePredictor> predictor_;

  Cycle now_;
  StageLatch decode_, execute_, in_memory_;
  bool memory_is_new_ = true;     ///< first memory-stage cycle of in_memory_
  std::uint64_t wfi_cycles_ = 0;  ///< that the wfi in in_memory_ has been there before
  bool wfi_in_writeback_ = false;
  bool redirected_in_memory_ = false;  ///< in_memory_ was found predicted wrongly
  /// What in_memory_ raises by itself, found in its first cycle.
  std::optional<Exception> own_exception_;

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
