// The branch predictor, cycle by cycle: direction by global history (gshare), target and kind of
// instruction by a branch target buffer without tags, returns by a stack. It tracks the
// instructions in the stages and updates its tables when one leaves the memory stage (timing rules,
// section 7).
#pragma once

#include <cstdint>

#include "models/engines/stepped/hazards.hpp"
#include "models/timing/gshare_state.hpp"

namespace cyclevisor {

class GsharePredictor {
 public:
  explicit GsharePredictor(GshareState& state) : state_(state) {}

  /// A pipeline register: the kind of its instruction and its pc, which bubbles have too.
  struct Stage {
    ControlKind kind;
    std::uint64_t pc = 0;
  };
  /// What a cycle knows about the instructions older than the one in F.
  struct Stages {
    std::uint64_t fetch_pc = 0;
    Stage decode, execute, memory;
    bool taken = false;        ///< E: jump, or branch whose condition holds
    std::uint64_t target = 0;  ///< E: where it goes if taken
    std::uint64_t link = 0;    ///< E: the next sequential pc
    PipelineControl control;
  };

  struct Prediction {
    bool taken = false;
    std::uint64_t target = 0;
  };
  /// For the instruction in F.
  Prediction predict(const Stages& stages);

  /// The end of the cycle for which `predict` was called. `next_pc` is the next F pc.
  void clock(const Stages& stages, std::uint64_t next_pc);

 private:
  GshareState::Target target_of(const Stages& stages) const;
  unsigned counter_of(const Stages& stages) const;
  void clock_stack(const Stages& stages);
  void clock_tables(const Stages& stages);

  GshareState& state_;

  // Of this cycle.
  unsigned history_e_ = 0, history_d_ = 0, history_f_ = 0;
  GshareState::Target found_;
  unsigned counter_ = 0;
};

}  // namespace cyclevisor
