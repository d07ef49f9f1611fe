// Why interrupts were late, in words.
#pragma once

#include <vector>

#include "platform/observe/guest/observed.hpp"
#include "platform/observe/latency/latency_ledger.hpp"
#include "platform/report/html/report_model.hpp"

namespace cyclevisor::html {

/// Worded to follow a number of cycles: "while rtos ran". No zeros.
std::vector<ReportModel::Named> named_waits(const ObservedPlatform& platform, const Waits& waits,
                                            const Ran& ran);

/// Sums the VM's latencies up by cause, the direct path first; `in_time` counts those
/// without any other cause.
void explain(const ObservedPlatform& platform, const LatencyLedger& ledger, ReportModel::Vm& vm);

std::vector<ReportModel::Undelivered> undelivered_of(const ObservedPlatform& platform,
                                                     const LatencyLedger& ledger, unsigned vm);

}  // namespace cyclevisor::html
