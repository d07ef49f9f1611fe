// SIGINT and SIGTERM end a run like a cycle limit: its results so far are written.
#pragma once

#include <atomic>

namespace cyclevisor {

/// While it lives, the first SIGINT or SIGTERM is only noted; the second one ends the program as
/// usual. There is at most one object.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The number of the signal that has come; 0: none.
  static const std::atomic<int>& received();
};

}  // namespace cyclevisor
