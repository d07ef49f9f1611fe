// The verdicts of a run as JUnit XML, which CI systems read.
#pragma once

#include <string>

#include "platform/report/run_data.hpp"

namespace cyclevisor {

/// A test case for the end of the run, for each VM's verdict, each rule of the oracle, each bounded
/// interval and each VM with latency bounds. What was not checked is skipped.
std::string junit_xml(const RunData& run);

}  // namespace cyclevisor
