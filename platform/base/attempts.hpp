// Runs several actions, none of which may keep the others from running.
#pragma once

#include <exception>

namespace cyclevisor {

/// Runs each action; `rethrow` reports the first failure.
class Attempts {
 public:
  template <class Action>
  void operator()(Action&& action) {
    try {
      action();
    } catch (...) {
      if (!first_) first_ = std::current_exception();
    }
  }
  /// Throws the first exception that an action threw, if any did.
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::exception_ptr first_;
};

}  // namespace cyclevisor
