#include "platform/observe/table.hpp"

#include <fmt/format.h>

#include <ostream>

namespace cyclevisor {
namespace {

constexpr std::size_t name_width = 12;

std::vector<std::uint64_t> collect(const LatencyLedger& ledger, unsigned vm,
                                   std::uint64_t (*value)(const LatencySample&, std::size_t),
                                   std::size_t phase) {
  std::vector<std::uint64_t> values;
  for (const LatencySample& sample : ledger.samples()) {
    if (sample.vm == vm) values.push_back(value(sample, phase));
  }
  return values;
}

std::uint64_t latency_of(const LatencySample& sample, std::size_t) { return sample.latency(); }
std::uint64_t phase_of(const LatencySample& sample, std::size_t phase) {
  return sample.phases[phase];
}
std::uint64_t total_of(const LatencySample& sample, std::size_t) { return sample.total; }

/// A number, or "-" where there is nothing to be counted.
std::string cell(const Distribution& of, std::uint64_t value) {
  return of.count == 0 ? "-" : std::to_string(value);
}

void write_latency(std::ostream& out, const ObservedPlatform& platform,
                   const LatencyLedger& ledger) {
  out << "Timer interrupts: latency in cycles, deadline to the handler's first instruction\n";
  out << fmt::format("  {:<{}} {:>8} {:>9} {:>9} {:>9} {:>9}\n", "guest", name_width, "ticks",
                     "min", "median", "p99", "max");
  for (const ObservedVm& vm : platform.vms) {
    const Distribution d = distribution(collect(ledger, vm.number, latency_of, 0));
    out << fmt::format("  {:<{}} {:>8} {:>9} {:>9} {:>9} {:>9}\n", vm.name, name_width,
                       ledger.delivered(vm.number), cell(d, d.min), cell(d, d.median),
                       cell(d, d.p99), cell(d, d.max));
  }
}

void write_phases(std::ostream& out, const ObservedPlatform& platform,
                  const LatencyLedger& ledger) {
  out << "\nPhases: median cycles\n";
  out << fmt::format("  {:<{}}", "guest", name_width);
  for (const char* name : phase_names) out << fmt::format(" {:>8}", name);
  out << fmt::format(" {:>8}\n", "total");
  for (const ObservedVm& vm : platform.vms) {
    out << fmt::format("  {:<{}}", vm.name, name_width);
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      const Distribution d = distribution(collect(ledger, vm.number, phase_of, phase));
      out << fmt::format(" {:>8}", cell(d, d.median));
    }
    const Distribution d = distribution(collect(ledger, vm.number, total_of, 0));
    out << fmt::format(" {:>8}\n", cell(d, d.median));
  }
}

void write_traps(std::ostream& out, const ObservedPlatform& platform,
                 const TrapStatistics& statistics) {
  out << "\nTraps by cause\n";
  for (const ObservedVm& vm : platform.vms) {
    const TrapStatistics::Vm* counts = statistics.find(vm.number);
    if (counts == nullptr) continue;
    out << fmt::format("  {:<{}} {:>8} in all\n", vm.name, name_width, counts->trap_count());
    for (const auto& [cause, count] : counts->traps) {
      out << fmt::format("  {:<{}} {:>8} {}\n", "", name_width, count, cause_name(cause));
    }
  }
}

void write_cycles(std::ostream& out, const ObservedPlatform& platform,
                  const TrapStatistics& statistics) {
  out << "\nCycles\n";
  out << fmt::format("  {:<{}} {:>12} {:>12} {:>14}\n", "guest", name_width, "guest", "hypervisor",
                     "world switches");
  for (const ObservedVm& vm : platform.vms) {
    const TrapStatistics::Vm* counts = statistics.find(vm.number);
    if (counts == nullptr) continue;
    out << fmt::format("  {:<{}} {:>12} {:>12} {:>14}\n", vm.name, name_width, counts->guest_cycles,
                       counts->hypervisor_cycles, counts->world_switches);
  }
  out << fmt::format("  {:<{}} {:>12}\n", "boot", name_width, statistics.boot_cycles());
  out << fmt::format("  {:<{}} {:>12}\n", "idle", name_width, statistics.idle_cycles());
}

}  // namespace

void write_table(std::ostream& out, const ObservedPlatform& platform, const LatencyLedger& ledger,
                 const TrapStatistics& statistics) {
  write_latency(out, platform, ledger);
  write_phases(out, platform, ledger);
  write_traps(out, platform, statistics);
  if (platform.strategy == ObservedPlatform::Strategy::trap) {
    write_cycles(out, platform, statistics);
  }
}

}  // namespace cyclevisor
