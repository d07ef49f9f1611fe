// What the predictor does in blocks, as long as everything is predicted rightly.
//
// Then a branch or jump concerns it once and not in each of its stages: the tables are as if each
// had been done with before the next is predicted, because what is under way is looked at before
// the tables are. That takes that the branch target buffer has just the branches and jumps that
// are there, and that no two instructions under way share an entry of it. GsharePredictor is the
// referee.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/engines/blocks/block.hpp"
#include "models/engines/blocks/steady_predictor.hpp"

namespace cyclevisor {

class CorrectPath {
 public:
  /// `packed` has what goes along with the instructions in the stages when no block is being run.
  CorrectPath(GshareState& tables, SteadyPredictor& packed) : tables_(tables), packed_(packed) {}

  /// Whether an instruction may stand in a block behind another one (null: at its start): not one
  /// that is call and return at once, nor a jump that is a return by its immediate, nor a return
  /// that waits in decode, which puts the return stack back in each cycle.
  static bool is_simple(const MicroOp& op, const MicroOp* before);
  /// Whether the branch target buffer has the block's branch or jump and no other.
  bool knows(const Block& block) const;
  std::uint64_t targets_generation() const { return tables_.targets_generation; }

  /// What is predicted for the branch or jump at a block's end.
  struct Guess {
    std::uint64_t pc = 0;
    std::uint64_t next = 0;    ///< the pc that is fetched behind it
    std::uint64_t target = 0;  ///< in the branch target buffer
    unsigned kind = 0;         ///< as bits of SteadyPredictor
    unsigned counter_index = 0;
    unsigned counter = 0;
    bool takes = false;
    bool is_return() const { return (kind & CorrectPath::is_return_kind) != 0; }
  };
  /// `before`: the one in front of it, which is under way still; null if none is.
  Guess guess(const Block& block, const Guess* before) const;

  /// Whether everything in the stages is as if predicted rightly so far.
  bool can_begin() const;
  /// The guess that has been made already for the branch in D.
  Guess guess_in_decode(const Block& block, std::uint64_t next) const;

  /// Whether an entry of the branch target buffer is shared around the way from one block to the
  /// next.
  bool shares_target(const Block& block, const Block& next) const;

  /// The stack of return addresses follows what is fetched and, with calls, what is executed.
  void leave_fetch(const Guess& guess);
  void leave_execute(const Guess& guess, std::uint64_t link);
  /// A branch leaves the memory stage as predicted.
  void leave_memory(const Guess& guess);

  /// What the stages have when blocks are left.
  struct Stage {
    std::uint64_t pc = 0;
    const Guess* guess = nullptr;  ///< of a branch or jump
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
