// Detects a program that can no longer make progress because its trap handler traps.
#pragma once

#include <functional>
#include <utility>

#include "models/probe/event_stream.hpp"

namespace cyclevisor {

/// Watches for an exception in M-mode at the first instruction of its own handler: taking the trap
/// leads back to the same instruction in the same state, forever. The usual cause is a fault while
/// `mtvec` still holds its reset value.
class TrapLoopDetector : public Sink {
 public:
  using Callback = std::function<void(const Trap&)>;

  /// The callback is called at every such trap.
  explicit TrapLoopDetector(Callback on_loop) : on_loop_(std::move(on_loop)) {}

  void on(const Trap& trap) override {
    if (trap.from == PrivilegeMode::machine && trap.to == PrivilegeMode::machine &&
        !trap.is_interrupt() && trap.epc == trap.vector) {
      on_loop_(trap);
    }
  }

  Retirements wants() const override { return Retirements::none; }

 private:
  Callback on_loop_;
};

}  // namespace cyclevisor
