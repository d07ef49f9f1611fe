// The branch predictor: direction by global history (gshare), target and kind of instruction by a
// branch target buffer without tags, returns by a stack. It follows the pipeline's registers with
// what it needs to remember of each instruction, and learns when one leaves the memory stage
// (timing rules, section 7).
#pragma once

#include <cstdint>
#include <vector>

#include "models/engines/stepped/hazards.hpp"
#include "models/timing/settings.hpp"
#include "models/timing/stage_latches.hpp"

namespace cyclevisor {

/// What kind of control transfer an instruction is; a call and a return are jumps as well, and may
/// be both.
struct ControlKind {
  bool branch = false;
  bool jump = false;
  bool call = false;
  bool is_return = false;

  friend bool operator==(const ControlKind& a, const ControlKind& b) {
    return a.branch == b.branch && a.jump == b.jump && a.call == b.call &&
           a.is_return == b.is_return;
  }
  friend bool operator!=(const ControlKind& a, const ControlKind& b) { return !(a == b); }
};

/// By the fields of the 32-bit form, which are compared even where a jal has its immediate.
ControlKind control_kind(const StageLatch& latch);

class GsharePredictor {
 public:
  explicit GsharePredictor(const PipelineSettings& settings);

  /// What a pipeline register has: the kind of its instruction and its pc, which bubbles have too.
  struct Place {
    ControlKind kind;
    std::uint64_t pc = 0;
  };
  /// What is known in a cycle about the instructions behind the one in F.
  struct Stages {
    std::uint64_t fetch_pc = 0;
    Place decode, execute, memory;
    bool taken = false;        ///< E: jump, or branch whose condition holds
    std::uint64_t target = 0;  ///< E: where it goes if taken
    std::uint64_t link = 0;    ///< E: the pc behind it
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
  friend class QuietPredictor;
  friend class RightPath;

  struct Target {
    ControlKind kind;
    std::uint64_t address = 0;
  };
  /// What goes along with the instruction in a stage.
  struct Companion {
    ControlKind predicted;
    unsigned counter = 0;      ///< D, E: predicted with; M, W: as it will be
    std::uint64_t target = 0;  ///< D, E: from the buffer; M, W: computed
    bool taken = false;
    bool kind_wrong = false;
    bool target_wrong = false;
  };

  unsigned index_of(std::uint64_t pc) const {
    const auto low = static_cast<unsigned>((pc >> 2) & (table_size_ / 2 - 1));
    const auto high = static_cast<unsigned>(((pc >> (index_bits_ + 1)) ^ (pc >> 1)) & 1);
    return high << (index_bits_ - 1) | low;
  }
  static unsigned updated(unsigned counter, bool taken) {
    if (taken) return counter == 3 ? 3 : counter + 1;
    return counter == 0 ? 0 : counter - 1;
  }
  unsigned shifted(unsigned history, bool taken) const {
    return (history >> 1) | (taken ? table_size_ / 2 : 0);
  }
  void set_target(unsigned index, const Target& target) {
    targets_[index] = target;
    ++targets_generation_;
  }
  Target target_of(const Stages& stages) const;
  unsigned counter_of(const Stages& stages) const;
  void clock_stack(const Stages& stages);
  void clock_tables(const Stages& stages);

  unsigned index_bits_;
  unsigned table_size_;
  std::vector<unsigned> counters_;
  std::vector<Target> targets_;
  std::uint64_t targets_generation_ = 1;  ///< changes with them
  std::vector<std::uint64_t> stack_;
  unsigned top_ = 0;
  unsigned history_ = 0;  ///< of branches that have left M; the newest is the highest bit

  /// Where the tables are read for the instruction in F: set when F moved there.
  unsigned counter_index_ = 0;
  unsigned target_index_ = 0;

  Companion decode_, execute_, memory_, writeback_;
  ControlKind writeback_kind_;
  unsigned writeback_target_index_ = 0;
  unsigned writeback_index_ = 0;  ///< into the counters

  // Of this cycle.
  unsigned history_e_ = 0, history_d_ = 0, history_f_ = 0;
  Target found_;
  unsigned counter_ = 0;
};

}  // namespace cyclevisor
