// The state of the gshare branch predictor: its tables, and what accompanies the instructions in
// the pipeline (timing rules, section 7). How a cycle changes it is described in GsharePredictor of
// the stepped engine; other engines may do the same in fewer steps.
#pragma once

#include <cstdint>
#include <vector>

#include "models/timing/settings.hpp"
#include "models/timing/stage_registers.hpp"

namespace cyclevisor {

/// What kind of control transfer an instruction is. Calls and returns are jumps as well; an
/// instruction may be both.
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
ControlKind control_kind(const StageRegister& stage);

struct GshareState {
  explicit GshareState(const PipelineSettings& settings);

  /// An entry of the branch target buffer (BTB).
  struct Target {
    ControlKind kind;
    std::uint64_t address = 0;
  };
  /// What accompanies an instruction through the stages.
  struct InFlight {
    ControlKind predicted;
    unsigned counter = 0;      ///< D, E: predicted with; M, W: as it will be written
    std::uint64_t target = 0;  ///< D, E: from the BTB; M, W: computed
    bool taken = false;
    bool kind_wrong = false;
    bool target_wrong = false;
  };

  /// Index of the BTB, and of the counters before the history is applied.
  unsigned index_of(std::uint64_t pc) const {
    const auto low = static_cast<unsigned>((pc >> 2) & (table_size / 2 - 1));
    const auto high = static_cast<unsigned>(((pc >> (index_bits + 1)) ^ (pc >> 1)) & 1);
    return high << (index_bits - 1) | low;
  }
  /// A two-bit saturating counter after a branch.
  static unsigned updated(unsigned counter, bool taken) {
    if (taken) return counter == 3 ? 3 : counter + 1;
    return counter == 0 ? 0 : counter - 1;
  }
  /// The history with one more branch.
  unsigned shifted(unsigned past, bool taken) const {
    return (past >> 1) | (taken ? table_size / 2 : 0);
  }
  void set_target(unsigned index, const Target& target) {
    targets[index] = target;
    ++targets_generation;
  }
  /// The return stack grows upwards and wraps.
  void push(std::uint64_t link) {
    raise_top();
    stack[top] = link;
  }
  void raise_top() { top = (top + 1) % static_cast<unsigned>(stack.size()); }
  void lower_top() {
    const auto size = static_cast<unsigned>(stack.size());
    top = (top + size - 1) % size;
  }

  unsigned index_bits;
  unsigned table_size;
  std::vector<unsigned> counters;
  std::vector<Target> targets;
  std::uint64_t targets_generation = 1;  ///< changes with `targets`
  std::vector<std::uint64_t> stack;
  unsigned top = 0;
  unsigned history = 0;  ///< of branches that have left M; the newest is the highest bit

  /// Where the tables are read for the instruction in F: latched when F moved there.
  unsigned counter_index = 0;
  unsigned target_index = 0;

  InFlight decode, execute, memory, writeback;
  ControlKind writeback_kind;
  unsigned writeback_target_index = 0;
  unsigned writeback_index = 0;  ///< into the counters
};

}  // namespace cyclevisor
