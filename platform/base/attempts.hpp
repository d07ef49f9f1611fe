// Several things to be done of which none may keep the others from being done.
#pragma once

#include <exception>

namespace cyclevisor {

/// Tries everything and throws the first failure at the end.
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
  /// Throws what was caught first, if anything was.
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::exception_ptr first_;
};

}  // namespace cyclevisor
