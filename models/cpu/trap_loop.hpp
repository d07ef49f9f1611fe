// Detects a program that can no longer make progress because its trap handler traps.
#pragma once

#include <functional>
#include <utility>

#include "models/probe/event_stream.hpp"
#include "models/probe/trap_repetition.hpp"

namespace cyclevisor {

/// Traps that repeat without an end.
struct TrapLoop {
  Trap first;  ///< the trap with which it began: the cause
  Trap again;  ///< the one that repeats
};

/// Watches for a trap handler that traps, in any privilege mode:
///
/// - an exception in M-mode at the first instruction of its own handler: taking the trap leads back
/// to
///   the same instruction in the same state. The usual cause is a fault while `mtvec` still holds
///   its reset value;
/// - an exception that repeats `proof` times without a trap return (TrapRepetition).
class TrapLoopDetector : public Sink {
 public:
  using Callback = std::function<void(const TrapLoop&)>;
  static constexpr unsigned proof = 256;

  /// The callback is called at every trap from the one on that proves the loop.
  explicit TrapLoopDetector(Callback on_loop) : on_loop_(std::move(on_loop)) {}

  void on(const Trap& trap) override {
    if (trap.is_interrupt()) return;
    const unsigned repeated = repetition_.add(trap);
    const bool at_vector = trap.from == PrivilegeMode::machine &&
                           trap.to == PrivilegeMode::machine && trap.epc == trap.vector;
    handler_ = trap.to;
    if (at_vector || repeated >= proof) on_loop_({repetition_.first(), trap});
  }
  void on(const TrapReturn& event) override {
    // A handler of a more privileged mode may be entered and left meanwhile.
    if (rank(event.from) <= rank(handler_)) repetition_.forget();
  }
  Retirements wants() const override { return Retirements::none; }

 private:
  static unsigned rank(PrivilegeMode mode) {
    if (mode == PrivilegeMode::machine) return 2;
    return mode == PrivilegeMode::supervisor ? 1 : 0;
  }

  Callback on_loop_;
  TrapRepetition repetition_;
  PrivilegeMode handler_ = PrivilegeMode::machine;  ///< the mode of the last one
};

}  // namespace cyclevisor
