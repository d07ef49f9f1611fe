#include "platform/observe/checks/latency_bounds.hpp"

#include <fmt/format.h>

#include <vector>

namespace cyclevisor {

void check_latency_bounds(const ObservedPlatform& platform, const LatencyLedger& ledger, Cycle end,
                          Oracle& oracle) {
  for (const ObservedVm& vm : platform.vms) {
    if (vm.bounds.empty()) continue;
    std::vector<std::uint64_t> latencies;
    for (const LatencySample& sample : ledger.samples()) {
      if (sample.vm == vm.number) latencies.push_back(sample.latency());
    }
    const Distribution found = distribution(std::move(latencies));
    const auto check = [&](const char* name, std::uint64_t value,
                           const std::optional<std::uint64_t>& bound) {
      if (!bound || value <= *bound) return;
      oracle.report({"latency-bound", end, vm.number,
                     fmt::format("the {} latency of '{}' is {} cycles: the bound is {}", name,
                                 vm.name, value, *bound)});
    };
    check("median", found.median, vm.bounds.median);
    check("p99", found.p99, vm.bounds.p99);
    check("maximum", found.max, vm.bounds.max);
  }
}

}  // namespace cyclevisor
