// report.html: one file that needs no other and no network.
#pragma once

#include <string>

#include "platform/report/html/report_model.hpp"
#include "platform/report/run_data.hpp"

namespace cyclevisor::html {

/// What the report shows of a run.
ReportModel report_model(const RunData& run);

/// The page. Everything that comes from the run is escaped: names, paths and messages are the
/// user's.
std::string report_page(const ReportModel& model);

}  // namespace cyclevisor::html
