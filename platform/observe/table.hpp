// The table on the terminal at the end of a run.
#pragma once

#include <iosfwd>

#include "platform/observe/latency_ledger.hpp"
#include "platform/observe/observed.hpp"
#include "platform/observe/trap_statistics.hpp"

namespace cyclevisor {

/// Per guest: ticks (timer interrupts delivered), interrupt latency in cycles (min, median, p99,
/// max), the median of each phase, and its traps by cause.
void write_table(std::ostream& out, const ObservedPlatform& platform, const LatencyLedger& ledger,
                 const TrapStatistics& statistics);

}  // namespace cyclevisor
