// The iterative divider in the execute stage (timing rules, section 3).
#pragma once

#include <cstdint>

#include "models/hart/isa/instruction.hpp"

namespace cyclevisor {

class Divider {
 public:
  explicit Divider(std::uint64_t bits_per_cycle)
      : bits_per_cycle_(static_cast<unsigned>(bits_per_cycle)) {}

  /// Whether a division can begin; it does when the memory stage does not hold.
  bool idle() const { return state_ == State::idle; }
  bool iterating() const { return state_ == State::iterating; }

  /// Is in its first execute cycle. `divisor` is the value of rs2.
  void start(const Instruction& instruction, std::uint64_t divisor) {
    const bool word = instruction.operation >= Operation::divw;
    const bool by_zero = (word ? divisor & 0xffffffff : divisor) == 0;
    remaining_ = (word ? 32 : 64) / bits_per_cycle_;
    // Division by zero is found before the first iteration.
    next_ = by_zero ? State::done : State::iterating;
  }

  /// What the end of a cycle does to a division that `start` did not begin in it.
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
  unsigned bits_per_cycle_;
  State state_ = State::idle;
  State next_ = State::idle;
  unsigned remaining_ = 0;
};

}  // namespace cyclevisor
