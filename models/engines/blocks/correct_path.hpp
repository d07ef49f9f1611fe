// The predictor in chained blocks, as long as every prediction is correct.
//
// On the correct path a branch or jump touches the predictor once instead of once per stage. The
// tables behave as if each had left the pipeline before the next is predicted, because the
// predictor looks at instructions in flight before it looks at the tables. This requires that the
// branch target buffer holds exactly the branches and jumps of the code, and that no two
// instructions in flight share an entry. GsharePredictor is the referee.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/engines/blocks/block.hpp"
#include "models/engines/blocks/steady_predictor.hpp"

namespace cyclevisor {

class CorrectPath {
 public:
  /// `packed` holds what accompanies the instructions in the stages while no block runs.
  CorrectPath(GshareState& tables, SteadyPredictor& packed) : tables_(tables), packed_(packed) {}

  /// Whether an instruction may follow `before` in a block (null: it is the first). Excluded are an
  /// instruction that is both call and return, a jump that is a return only by its immediate field,
  /// and a return that waits in decode, which restores the return stack in every cycle.
  static bool is_chainable(const MicroOp& op, const MicroOp* before);
  /// Whether the branch target buffer holds the block's branch or jump and no other.
  bool knows(const Block& block) const;
  std::uint64_t targets_generation() const { return tables_.targets_generation; }

  /// The prediction for the branch or jump that ends a block.
  struct Prediction {
    std::uint64_t pc = 0;
    std::uint64_t next = 0;    ///< the pc that is fetched next
    std::uint64_t target = 0;  ///< in the branch target buffer
    unsigned kind = 0;         ///< bits as in SteadyPredictor
    unsigned counter_index = 0;
    unsigned counter = 0;
    bool takes = false;
    bool is_return() const { return (kind & CorrectPath::is_return_kind) != 0; }
  };
  /// `before` is the preceding branch or jump if it is still in flight, else null.
  Prediction predict(const Block& block, const Prediction* before) const;

  /// Whether the stages look as if every prediction so far was correct.
  bool can_chain() const;
  /// The prediction that has already been made for the branch in D.
  Prediction prediction_in_decode(const Block& block, std::uint64_t next) const;

  /// Whether instructions around the transition from one block to the next share an entry of the
  /// branch target buffer.
  bool shares_target(const Block& block, const Block& next) const;

  /// The return stack follows fetches, and with calls, execution.
  void leave_fetch(const Prediction& prediction);
  void leave_execute(const Prediction& prediction, std::uint64_t link);
  /// A correctly predicted branch leaves the memory stage.
  void leave_memory(const Prediction& prediction);

  /// What the stages hold when a chain is left.
  struct Stage {
    std::uint64_t pc = 0;
    const Prediction* prediction = nullptr;  ///< for a branch or jump
  };
  struct Stages {
    Stage decode, execute, memory, writeback;
    std::uint64_t fetch_pc = 0;
  };
  void hand_back(const Stages& stages);

 private:
  static constexpr unsigned branch = SteadyPredictor::branch, jump = SteadyPredictor::jump,
                            call = SteadyPredictor::call,
                            is_return_kind = SteadyPredictor::is_return;

  SteadyPredictor::Companion companion_of(const Stage& stage) const;
  SteadyPredictor::Companion companion_behind_execute(const Stage& stage) const;

  GshareState& tables_;
  SteadyPredictor& packed_;
};

}  // namespace cyclevisor
