// Pieces of HTML that several sections of the report share, and its sections on latency.
#pragma once

#include <string>
#include <vector>

#include "platform/report/html/report_model.hpp"

namespace cyclevisor::html {

/// So many cycles as time.
std::string time(const ReportModel& model, std::uint64_t cycles);

/// The VM's name; empty when no VM has this number. Not escaped.
std::string vm_name(const ReportModel& model, unsigned number);

/// "schedule 1,200 · entry 310": the largest first. Not escaped.
std::string list(std::vector<ReportModel::Named> parts);

/// "5 cycles while other guests ran, 3 cycles in a device access": the largest first. Not escaped.
std::string waits_text(std::vector<ReportModel::Named> waits);

/// Why an interrupt took so long, or else in which phase. Not escaped.
std::string blame(const ReportModel::Sample& sample);

// HTML from here on.

/// A guest's colour and name, kept together.
std::string name_of(unsigned vm, const std::string& name);
/// The guests' colours; `more` is HTML.
std::string legend(const ReportModel& model, const std::string& more);
/// A command, with a button that copies it.
std::string copyable(const std::string& text);

std::string latency_section(const ReportModel& model);
std::string lateness_section(const ReportModel& model);
std::string waterfall_section(const ReportModel& model);
std::string worst_samples_section(const ReportModel& model);

}  // namespace cyclevisor::html
