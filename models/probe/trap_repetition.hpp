// Whether a trap handler traps again and again in the same way, so that it makes no progress.
#pragma once

#include <optional>

#include "models/probe/events.hpp"

namespace cyclevisor {

/// Counts exceptions that repeat: the same instruction, cause and target, and the same registers. A
/// handler that pushes a frame before it faults moves sp, and the faulting address by the same
/// distance; one that swaps a register with a scratch CSR has the same registers every second time.
class TrapRepetition {
 public:
  /// Returns how often the trap has repeated in a row; 0 for one that is new. Interrupts are
  /// ignored.
  unsigned add(const Trap& trap);
  /// The handler has been left: it does make progress.
  void forget();

  /// The trap that was added last; there must be one.
  const Trap& last() const { return *last_; }
  /// The trap that led into the handler: the one before the first that repeats, if that entered the
  /// same handler; otherwise the last one.
  const Trap& first() const;

 private:
  std::optional<Trap> before_;        ///< the trap before the first that repeats
  std::optional<Trap> last_, older_;  ///< the last two
  unsigned count_ = 0;
};

}  // namespace cyclevisor
