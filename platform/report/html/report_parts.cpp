#include "platform/report/html/report_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "platform/report/html/charts.hpp"
#include "platform/report/html/text.hpp"

namespace cyclevisor::html {
namespace {

std::string key(unsigned vm) { return fmt::format("<span class=\"key {}\"></span>", vm_class(vm)); }

void largest_first(std::vector<ReportModel::Named>& parts) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
}

}  // namespace

std::string time(const ReportModel& model, std::uint64_t cycles) {
  return duration(static_cast<double>(cycles), model.clock_hz);
}

std::string vm_name(const ReportModel& model, unsigned number) {
  const ReportModel::Vm* vm = model.find(number);
  return vm == nullptr ? std::string() : vm->name;
}

std::string list(std::vector<ReportModel::Named> parts) {
  largest_first(parts);
  std::string text;
  for (const auto& [name, cycles] : parts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " · ", name, grouped(cycles));
  }
  return text;
}

std::string name_of(unsigned vm, const std::string& name) {
  return fmt::format("<span class=\"vm\">{}{}</span>", key(vm), escape(name));
}

std::string legend(const ReportModel& model, const std::string& more) {
  std::string text = "<div class=\"legend\">";
  for (const ReportModel::Vm& vm : model.vms) {
    text += name_of(vm.number, vm.name);
  }
  return text + more + "</div>\n";
}

std::string copyable(const std::string& text) {
  return fmt::format("<div class=\"copy\"><pre>{}</pre></div>", escape(text));
}

std::string waits_text(std::vector<ReportModel::Named> waits) {
  largest_first(waits);
  std::string text;
  for (const auto& [reason, cycles] : waits) {
    text += fmt::format("{}{} cycles {}", text.empty() ? "" : ", ", grouped(cycles), reason);
  }
  return text;
}

std::string blame(const ReportModel::Sample& sample) {
  if (!sample.waits.empty()) {
    std::uint64_t direct = sample.latency;
    for (const auto& [reason, cycles] : sample.waits) direct -= cycles;
    return fmt::format("It waited {}; the direct way took the other {}.", waits_text(sample.waits),
                       grouped(direct));
  }
  constexpr auto of_latency = static_cast<std::ptrdiff_t>(Phase::handler) + 1;
  const auto largest = std::max_element(sample.phases.begin(), sample.phases.begin() + of_latency);
  return fmt::format("In time: {} of the latency is the phase {}.",
                     percent(*largest, sample.latency),
                     phase_names[static_cast<std::size_t>(largest - sample.phases.begin())]);
}

}  // namespace cyclevisor::html
