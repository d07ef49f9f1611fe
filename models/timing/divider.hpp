// The iterative divider in the execute stage (timing rules, section 3).
#pragma once

#include <cstdint>

#include "models/hart/isa/instruction.hpp"

namespace cyclevisor {

class Divider {
 public:
  explicit Divider(std::uint64_t bits_per_cycle)
      : bits_per_cycle_(static_cast<unsigned>(bits_per_cycle)) {}

  /// Whether a division can start; it does when the memory stage does not hold.
  bool idle() const { return state_ == State::idle; }
  bool iterating() const { return state_ == State::iterating; }

  /// Execute cycles of a division before its last one. `divisor` is the value of rs2.
  unsigned cycles(const Instruction& instruction, std::uint64_t divisor) const {
    return is_by_zero(instruction, divisor) ? 1 : iterations(instruction) + 1;
  }
  /// The division is in its last execute cycle.
  void complete() { state_ = next_ = State::done; }

  /// The first execute cycle of a division. `divisor` is the value of rs2.
  void start(const Instruction& instruction, std::uint64_t divisor) {
    remaining_ = iterations(instruction);
    // Division by zero is detected before the first iteration.
    next_ = is_by_zero(instruction, divisor) ? State::done : State::iterating;
  }

  /// Effect of the end of a cycle on a division that `start` did not begin in it.
  enum class Execute : std::uint8_t { keeps, moves_on, flushed };
  void clock(Execute execute) {
    if (execute == Execute::flushed) {
      next_ = State::idle;
    } else if (state_ == State::iterating) {
      if (--remaining_ == 0) next_ = State::done;
    } else if (state_ == State::done && execute == Execute::moves_on) {
      next_ = State::idle;
    }
    state_ = next_;
  }

 private:
  enum class State : std::uint8_t { idle, iterating, done };

  static bool is_word(const Instruction& instruction) {
    return instruction.operation >= Operation::divw;
  }
  static bool is_by_zero(const Instruction& instruction, std::uint64_t divisor) {
    return (is_word(instruction) ? divisor & 0xffffffff : divisor) == 0;
  }
  unsigned iterations(const Instruction& instruction) const {
    return (is_word(instruction) ? 32 : 64) / bits_per_cycle_;
  }

  unsigned bits_per_cycle_;
  State state_ = State::idle;
  State next_ = State::idle;
  unsigned remaining_ = 0;
};

}  // namespace cyclevisor
