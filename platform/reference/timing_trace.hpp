// The trace of the reference core: what happened to each instruction in which cycle.
#pragma once

#include <cstdint>
#include <ostream>

#include "platform/reference/pipeline_event.hpp"

namespace cyclevisor {

/// Writes rows `cycle,pc,insn,priv,event` (docs/timing-reference.md) under a heading. The stream
/// must outlive the trace; the caller checks it for errors.
class TimingTrace {
 public:
  explicit TimingTrace(std::ostream& stream);

  void write(const PipelineEvent& event);
  /// The levels of the interrupt lines in a cycle, as bits of mip. A row for each that changed.
  void write_lines(Cycle at, std::uint64_t lines);

 private:
  std::ostream& stream_;
  std::uint64_t lines_ = 0;
};

}  // namespace cyclevisor
