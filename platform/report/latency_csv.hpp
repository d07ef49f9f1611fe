// latency.csv: each timer interrupt and each interval of a run as a row.
#pragma once

#include <string>

#include "platform/report/observation.hpp"

namespace cyclevisor {

/// Columns: kind ("interrupt" or "interval"), name (of the VM or the interval), from (the deadline,
/// or the first landmark), to (the handler's first instruction, or the second landmark), cycles
/// between them; for interrupts also the phases and waits. In cycles (RFC 4180, but lines end with
/// LF).
std::string latency_csv(const LatencyObservation& observation);

}  // namespace cyclevisor
