#include "platform/observe/guest/hypervisor_stage.hpp"

#include <algorithm>

namespace cyclevisor {
namespace {

// The hypervisor has 16 MiB for itself.
constexpr std::uint64_t max_code_bytes = 16 << 20;

}  // namespace

StageMap::StageMap(const std::vector<StageRange>& ranges) : regions_(1) {
  if (!ranges.empty()) first_ = ranges.front().first;
  std::uint64_t covered = 0;
  for (std::size_t i = 0; i + 1 < ranges.size(); ++i) {
    const std::uint64_t end = std::min(ranges[i + 1].first - first_, max_code_bytes) & ~1ULL;
    if (end <= covered) continue;
    const auto number = static_cast<CodeRegion::Number>(ranges[i].stage);
    if (regions_.size() == 1 || regions_.back().number != number) {
      regions_.push_back({VirtualAddress(first_ + covered), 0, number});
    }
    regions_.back().bytes = first_ + end - regions_.back().first.value;
    region_of_.resize(end / 2, static_cast<std::uint32_t>(regions_.size() - 1));
    covered = end;
  }
  // From the end of the ranges around the address space to their beginning, less one byte that no
  // instruction occupies.
  regions_[0] = {VirtualAddress(first_ + covered), ~covered,
                 static_cast<CodeRegion::Number>(HypervisorStage::other)};
}

}  // namespace cyclevisor
