// The timing of a five-stage in-order pipeline without caches, reduced to costs between
// neighbouring instructions: what the stepped pipeline model gives when every fetch hits.
#pragma once

#include <cstdint>

#include "models/hart/timing.hpp"

namespace cyclevisor {

/// Costs in cycles, beyond the one cycle that each instruction takes. The values are those of the
/// reference core with one-cycle memories.
struct SimpleTimingParameters {
  unsigned pipeline_fill = 3;     ///< fetch, decode, execute before the first memory stage
  unsigned load_use = 1;          ///< result of the memory stage needed by the next instruction
  unsigned load_after_store = 1;  ///< the one memory port still writes
  unsigned taken_branch = 2;      ///< fetched again from decode's place: resolved in execute
  unsigned pipeline_flush = 3;    ///< CSR write, fence, return, trap: resolved in the memory stage
  unsigned divide = 17;           ///< iterations of a 64-bit division
  unsigned divide_word = 9;       ///< iterations of a 32-bit division
  unsigned divide_by_zero = 1;    ///< found before the iterations
  unsigned misaligned_part = 1;   ///< each access that a misaligned one is split into, but one
};

class SimpleTiming final : public TimingModel {
 public:
  explicit SimpleTiming(const SimpleTimingParameters& parameters = {}) : costs_(parameters) {}

  Cycle reset(Cycle released) override {
    forget();
    return released + Cycle(costs_.pipeline_fill);
  }

  Cycle enter(const Instruction& instruction, Cycle earliest, std::uint64_t divisor) override {
    std::uint64_t held = 0;
    if (slow_producer_ != 0 && reads(instruction.expanded, slow_producer_)) held = costs_.load_use;
    if (stored_ && loads(instruction.instruction_class)) {
      // One stall serves both reasons.
      if (held < costs_.load_after_store) held = costs_.load_after_store;
    }
    if (instruction.instruction_class == InstructionClass::divide) {
      held += division(instruction, divisor);
    }
    return earliest + Cycle(held);
  }

  Cycle leave(Cycle entered, const AccessTiming& access) override {
    Cycle commit = entered + Cycle(std::uint64_t{costs_.misaligned_part} * (access.parts - 1));
    // The bus tells the first cycle in which the hart may go on.
    if (commit + Cycle(1) < access.bus_done) commit = access.bus_done - Cycle(1);
    return commit;
  }

  Cycle after(const Instruction& instruction, Cycle commit, Step step) override {
    slow_producer_ = 0;
    stored_ = false;
    switch (step) {
      case Step::redirect:
        return commit + Cycle(1 + costs_.taken_branch);
      case Step::flush:
        return commit + Cycle(1 + costs_.pipeline_flush);
      default:
        break;
    }
    if (is_slow_producer(instruction.instruction_class)) slow_producer_ = instruction.rd;
    stored_ = stores(instruction.instruction_class);
    return commit + Cycle(1);
  }

  Cycle after_trap(Cycle taken) override {
    forget();
    return taken + Cycle(1 + costs_.pipeline_flush);
  }

 private:
  void forget() {
    slow_producer_ = 0;
    stored_ = false;
  }

  /// The fields 19:15 and 24:20 are compared as they are, also where an instruction has an
  /// immediate there: the hazard unit does not look at the format.
  static bool reads(std::uint32_t expanded, unsigned rd) {
    return ((expanded >> 15) & 31) == rd || ((expanded >> 20) & 31) == rd;
  }

  static bool is_slow_producer(InstructionClass c) {
    switch (c) {
      case InstructionClass::load:
      case InstructionClass::load_reserved:
      case InstructionClass::store_conditional:
      case InstructionClass::amo:
      case InstructionClass::csr:
      case InstructionClass::multiply:
      case InstructionClass::divide:
        return true;
      default:
        return false;
    }
  }
  static bool stores(InstructionClass c) {
    return c == InstructionClass::store || c == InstructionClass::store_conditional ||
           c == InstructionClass::amo;
  }
  static bool loads(InstructionClass c) {
    return c == InstructionClass::load || c == InstructionClass::load_reserved ||
           c == InstructionClass::amo;
  }

  std::uint64_t division(const Instruction& instruction, std::uint64_t divisor) const {
    const bool word = instruction.operation >= Operation::divw;
    if ((word ? divisor & 0xffffffff : divisor) == 0) return costs_.divide_by_zero;
    return word ? costs_.divide_word : costs_.divide;
  }

  SimpleTimingParameters costs_;
  unsigned slow_producer_ = 0;  ///< rd of the previous instruction if its result comes late
  bool stored_ = false;         ///< the previous instruction wrote memory
};

}  // namespace cyclevisor
