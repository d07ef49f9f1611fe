#include "models/probe/trap_repetition.hpp"

namespace cyclevisor {
namespace {

constexpr unsigned sp = 2;

bool same_but_for_sp(const IntegerRegisters& a, const IntegerRegisters& b) {
  for (unsigned number = 1; number < a.size(); ++number) {
    if (number != sp && a[number] != b[number]) return false;
  }
  return true;
}

/// A faulting address relative to sp moves with it; any other stays.
bool repeats(const Trap& trap, const std::optional<Trap>& earlier) {
  if (!earlier) return false;
  const std::uint64_t moved = trap.tval - earlier->tval;
  return trap.epc == earlier->epc && trap.cause == earlier->cause && trap.to == earlier->to &&
         trap.instruction == earlier->instruction &&
         (moved == 0 || moved == trap.x[sp] - earlier->x[sp]) &&
         same_but_for_sp(trap.x, earlier->x);
}

}  // namespace

unsigned TrapRepetition::add(const Trap& trap) {
  if (trap.is_interrupt()) return 0;
  if (repeats(trap, last_) || repeats(trap, older_)) {
    ++count_;
  } else {
    count_ = 0;
    before_ = last_;
  }
  older_ = last_;
  last_ = trap;
  return count_;
}

void TrapRepetition::forget() {
  count_ = 0;
  last_.reset();
  older_.reset();
}

const Trap& TrapRepetition::first() const {
  const bool entered = before_ && before_->to == last_->to && before_->vector == last_->vector;
  return entered ? *before_ : *last_;
}

}  // namespace cyclevisor
