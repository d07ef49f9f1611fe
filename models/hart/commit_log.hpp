// The commit log that Spike writes with --log-commits, so that runs can be compared line by line.
#pragma once

#include <ostream>

#include "models/probe/event_stream.hpp"

namespace cyclevisor {

/// One line for each retired instruction:
///
///     core   0: 3 0x0000000080000000 (0x00000297) x5  0x0000000080000000
///
/// with privilege (0, 1, 3: VU and VS count as U and S, as in Spike), pc, bits, the integer
/// register and the CSR written (`c773_mtvec 0x...`) with their new values, `mem ADDRESS` of a load
/// and `mem ADDRESS VALUE` of a store; an AMO has both. Traps leave no line. CSRs that change as a
/// side effect (`mstatus` by MRET) are not listed.
class CommitLog : public Sink {
 public:
  /// The stream must outlive the log.
  explicit CommitLog(std::ostream& out, unsigned hart_id = 0) : out_(out), hart_id_(hart_id) {}

  void on(const Retire& event) override;

 private:
  std::ostream& out_;
  unsigned hart_id_;
};

}  // namespace cyclevisor
