// The charts of report.html. Each is drawn in two sizes; the page shows the one that fits.
#pragma once

#include <cstdint>
#include <string>

#include "platform/report/html/report_model.hpp"

namespace cyclevisor::html {

enum class Size : std::uint8_t { wide, narrow };

/// The CSS class that gives a VM its colour: "v1" to "v8", in turn.
std::string vm_class(unsigned number);

/// Latencies of all VMs, both axes logarithmic, medians and maxima marked.
std::string histogram(const ReportModel& model, Size size);

/// The phases of one interrupt, each beginning where the one before ends.
std::string waterfall(const ReportModel& model, const ReportModel::Sample& sample,
                      const std::string& title);

/// Latency over the time of the run, the worst samples numbered.
std::string timeline(const ReportModel& model, Size size);

/// The CSS classes of an owner of cycles.
std::string owner_class(const ReportModel::Owner& owner);

/// One bar that is the whole run.
std::string account_bar(const ReportModel& model);

}  // namespace cyclevisor::html
