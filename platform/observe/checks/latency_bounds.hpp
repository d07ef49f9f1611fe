// Checks the latencies of a run against the bounds that its scenario gives.
#pragma once

#include "platform/observe/checks/oracle.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/latency/latency_ledger.hpp"

namespace cyclevisor {

/// At the end of the run: a bound that is exceeded is a violation of the rule latency-bound,
/// in the cycle `end`.
void check_latency_bounds(const ObservedPlatform& platform, const LatencyLedger& ledger, Cycle end,
                          Oracle& oracle);

}  // namespace cyclevisor
