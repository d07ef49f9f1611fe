#include "platform/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cyclevisor {
namespace {

/// Of the column with the guests' names.
std::size_t name_width(const ObservedPlatform& platform) {
  std::size_t width = 12;
  for (const ObservedVm& vm : platform.vms) width = std::max(width, vm.name.size());
  return width;
}

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
std::uint64_t delivery_of(const LatencySample& sample, std::size_t part) {
  return sample.delivery[part];
}
std::uint64_t total_of(const LatencySample& sample, std::size_t) { return sample.total; }

/// A number, or "-" where there is nothing to be counted.
std::string cell(const Distribution& of, std::uint64_t value) {
  return of.count == 0 ? "-" : std::to_string(value);
}

void write_latency(std::ostream& out, const ObservedPlatform& platform,
                   const LatencyLedger& ledger) {
  out << "Timer interrupts: latency in cycles, deadline to the handler's first instruction\n";
  out << fmt::format("  {:<{}} {:>8} {:>9} {:>9} {:>9} {:>9}\n", "guest", name_width(platform),
                     "ticks", "min", "median", "p99", "max");
  for (const ObservedVm& vm : platform.vms) {
    const Distribution d = distribution(collect(ledger, vm.number, latency_of, 0));
    out << fmt::format("  {:<{}} {:>8} {:>9} {:>9} {:>9} {:>9}\n", vm.name, name_width(platform),
                       ledger.delivered(vm.number), cell(d, d.min), cell(d, d.median),
                       cell(d, d.p99), cell(d, d.max));
  }
}

void write_phases(std::ostream& out, const ObservedPlatform& platform,
                  const LatencyLedger& ledger) {
  out << "\nPhases: median cycles\n";
  out << fmt::format("  {:<{}}", "guest", name_width(platform));
  for (const char* name : phase_names) out << fmt::format(" {:>8}", name);
  out << fmt::format(" {:>8}\n", "total");
  for (const ObservedVm& vm : platform.vms) {
    out << fmt::format("  {:<{}}", vm.name, name_width(platform));
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      const Distribution d = distribution(collect(ledger, vm.number, phase_of, phase));
      out << fmt::format(" {:>8}", cell(d, d.median));
    }
    const Distribution d = distribution(collect(ledger, vm.number, total_of, 0));
    out << fmt::format(" {:>8}\n", cell(d, d.median));
  }
}

/// Means, because they add up.
void write_delivery(std::ostream& out, const ObservedPlatform& platform,
                    const LatencyLedger& ledger) {
  out << fmt::format("\nDeliver: mean cycles\n  {:<{}}", "stage", name_width(platform));
  const std::size_t width = name_width(platform);
  for (const ObservedVm& vm : platform.vms) out << fmt::format(" {:>{}}", vm.name, width);
  out << "\n";
  for (std::size_t part = 0; part < delivery_part_count; ++part) {
    std::string row = fmt::format("  {:<{}}", delivery_part_name(part), name_width(platform));
    std::uint64_t sum = 0;
    for (const ObservedVm& vm : platform.vms) {
      const Distribution d = distribution(collect(ledger, vm.number, delivery_of, part));
      row += fmt::format(" {:>{}}", cell(d, d.count == 0 ? 0 : d.sum / d.count), width);
      sum += d.sum;
    }
    if (sum != 0) out << row << "\n";
  }
}

void write_traps(std::ostream& out, const ObservedPlatform& platform,
                 const TrapStatistics& statistics, const CycleAccount& account) {
  const bool native = !platform.arrangement.monitored();
  const bool firmware = platform.arrangement.monitor == Monitor::firmware;
  out << "\nTraps by cause";
  if (!native)
    out << (firmware ? ", and the firmware's cycles for them"
                     : ", and the hypervisor's cycles back to the same guest");
  out << "\n";
  const auto row = [&](const std::string& guest, std::uint64_t count, std::uint64_t cycles,
                       const std::string& cause) {
    out << fmt::format("  {:<{}} {:>8}", guest, name_width(platform), count);
    if (!native) out << fmt::format(" {:>12}", cycles);
    out << fmt::format(" {}\n", cause);
  };
  for (const ObservedVm& vm : platform.vms) {
    const TrapStatistics::Vm* counts = statistics.find(vm.number);
    const CycleAccount::Vm* cycles = account.find(vm.number);
    if (counts == nullptr || cycles == nullptr) continue;
    row(vm.name, counts->trap_count(), cycles->hypervisor_cycles(), "in all");
    for (const auto& [cause, count] : counts->traps) {
      const auto spent = cycles->hypervisor.find(cause);
      row("", count, spent == cycles->hypervisor.end() ? 0 : spent->second, cause_name(cause));
    }
  }
}

void write_cycles(std::ostream& out, const ObservedPlatform& platform,
                  const TrapStatistics& statistics, const CycleAccount& account) {
  out << "\nCycles\n";
  out << fmt::format("  {:<{}} {:>12} {:>12} {:>14} {:>6}\n", "guest", name_width(platform),
                     "guest", "hypervisor", "world switches", "in");
  for (const ObservedVm& vm : platform.vms) {
    const TrapStatistics::Vm* counts = statistics.find(vm.number);
    const CycleAccount::Vm* cycles = account.find(vm.number);
    if (counts == nullptr || cycles == nullptr) continue;
    out << fmt::format("  {:<{}} {:>12} {:>12} {:>14} {:>6}\n", vm.name, name_width(platform),
                       cycles->guest, cycles->hypervisor_cycles(), cycles->world_switch,
                       counts->world_switches);
  }
  out << fmt::format("  {:<{}} {:>12}\n", "boot", name_width(platform), account.boot());
  out << fmt::format("  {:<{}} {:>12}\n", "idle", name_width(platform), account.idle());
  out << fmt::format("  {:<{}} {:>12}\n", "total", name_width(platform), account.total());
}

void write_intervals(std::ostream& out, const ObservedPlatform& platform,
                     const IntervalLedger& ledger) {
  if (platform.intervals.empty()) return;
  std::size_t width = name_width(platform);
  for (const Interval& interval : platform.intervals) {
    width = std::max(width, interval.name.size());
  }
  out << fmt::format("\nIntervals: cycles between landmarks\n  {:<{}} {:>8} {:>9} {:>9} {:>9} "
                     "{:>9} {:>9}\n",
                     "interval", width, "times", "min", "median", "p99", "max", "bound");
  for (std::size_t i = 0; i < platform.intervals.size(); ++i) {
    std::vector<std::uint64_t> cycles;
    for (const IntervalSample& sample : ledger.samples(i)) cycles.push_back(sample.cycles());
    const Distribution d = distribution(cycles);
    const Interval& interval = platform.intervals[i];
    out << fmt::format("  {:<{}} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9}\n", interval.name, width,
                       d.count, cell(d, d.min), cell(d, d.median), cell(d, d.p99),
                       cell(d, d.max), interval.max ? std::to_string(*interval.max) : "-");
  }
}

}  // namespace

void write_table(std::ostream& out, const LatencyObservation& seen) {
  write_latency(out, seen.platform, seen.ledger);
  write_phases(out, seen.platform, seen.ledger);
  const bool hypervised = seen.platform.arrangement.hypervised();
  if (hypervised) write_delivery(out, seen.platform, seen.ledger);
  write_traps(out, seen.platform, seen.statistics, seen.account);
  if (hypervised) write_cycles(out, seen.platform, seen.statistics, seen.account);
  write_intervals(out, seen.platform, seen.intervals);
}

}  // namespace cyclevisor
