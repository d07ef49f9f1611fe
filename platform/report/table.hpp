// The table on the terminal at the end of a run.
#pragma once

#include <iosfwd>

#include "platform/report/observation.hpp"

namespace cyclevisor {

/// Per guest: ticks (timer interrupts delivered), interrupt latency in cycles (min, median, p99,
/// max), the median of each phase and of the parts of delivery, its traps by cause, and the
/// account of all cycles.
void write_table(std::ostream& out, const LatencyObservation& observation);

}  // namespace cyclevisor
