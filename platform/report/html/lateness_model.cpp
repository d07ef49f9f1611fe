#include "platform/report/html/lateness_model.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cyclevisor::html {
namespace {

/// A part of what an interrupt waited.
struct Part {
  std::string title;  ///< "rtos ran"
  std::string text;   ///< "while rtos ran"
  std::uint64_t cycles = 0;
};

/// Always the same parts in the same order, also those without cycles.
std::vector<Part> parts_of(const ObservedPlatform& platform, const Waits& waits, const Ran& ran) {
  const auto cycles = [&](Wait wait) { return waits[wait_index(wait)]; };
  std::vector<Part> parts;
  parts.push_back(
      {"masked by the guest", "with the interrupt masked by the guest", cycles(Wait::masked)});
  for (const ObservedVm& vm : platform.vms) {
    const auto place = ran.find(vm.number);
    parts.push_back(
        {vm.name + " ran", "while " + vm.name + " ran", place == ran.end() ? 0 : place->second});
  }
  parts.push_back(
      {"the hypervisor was busy", "while the hypervisor was busy", cycles(Wait::hypervisor)});
  parts.push_back({"in a device access", "in a device access", cycles(Wait::bus)});
  return parts;
}

void add(ReportModel::Reason& reason, std::uint64_t cycles) {
  if (cycles == 0) return;
  ++reason.interrupts;
  reason.cycles += cycles;
  reason.longest = std::max(reason.longest, cycles);
}

}  // namespace

std::vector<ReportModel::Named> named_waits(const ObservedPlatform& platform, const Waits& waits,
                                            const Ran& ran) {
  std::vector<ReportModel::Named> named;
  for (const Part& part : parts_of(platform, waits, ran)) {
    if (part.cycles != 0) named.emplace_back(part.text, part.cycles);
  }
  return named;
}

void explain(const ObservedPlatform& platform, const LatencyLedger& ledger, ReportModel::Vm& vm) {
  ReportModel::Reason direct{"the direct way"};
  std::vector<ReportModel::Reason> waited;
  for (const Part& part : parts_of(platform, {}, {})) waited.push_back({part.title});
  for (const LatencySample& sample : ledger.samples()) {
    if (sample.vm != vm.number) continue;
    std::uint64_t rest = sample.latency();
    std::size_t place = 0;
    for (const Part& part : parts_of(platform, sample.waits, sample.ran)) {
      add(waited[place++], part.cycles);
      rest -= part.cycles;
    }
    add(direct, rest);
    if (rest == sample.latency()) ++vm.in_time;
  }
  vm.reasons.push_back(direct);
  for (const ReportModel::Reason& reason : waited) {
    if (reason.interrupts != 0) vm.reasons.push_back(reason);
  }
}

std::vector<ReportModel::Undelivered> undelivered_of(const ObservedPlatform& platform,
                                                     const LatencyLedger& ledger, unsigned vm) {
  std::array<Waits, outcome_count> waits{};
  std::array<Ran, outcome_count> ran;
  for (const UndeliveredInterrupt& interrupt : ledger.undelivered()) {
    if (interrupt.vm != vm) continue;
    const auto outcome = static_cast<std::size_t>(interrupt.outcome);
    for (std::size_t i = 0; i < wait_count; ++i) waits[outcome][i] += interrupt.waits[i];
    for (const auto& [other, cycles] : interrupt.ran) ran[outcome][other] += cycles;
  }
  std::vector<ReportModel::Undelivered> all;
  const auto counts = ledger.undelivered_count(vm);
  for (std::size_t i = 0; i < outcome_count; ++i) {
    if (counts[i] == 0) continue;
    all.push_back({outcome_names[i], counts[i], named_waits(platform, waits[i], ran[i])});
  }
  return all;
}

}  // namespace cyclevisor::html
