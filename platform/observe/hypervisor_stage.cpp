#include "platform/observe/hypervisor_stage.hpp"

#include <algorithm>

namespace cyclevisor {
namespace {

// The hypervisor has 16 MiB for itself.
constexpr std::uint64_t max_code_bytes = 16 << 20;

}  // namespace

StageMap::StageMap(const std::vector<StageRange>& ranges) {
  if (ranges.empty()) return;
  first_ = ranges.front().first;
  for (std::size_t i = 0; i + 1 < ranges.size(); ++i) {
    const std::uint64_t end = std::min(ranges[i + 1].first - first_, max_code_bytes) / 2;
    if (end > stages_.size()) stages_.resize(end, ranges[i].stage);
  }
}

}  // namespace cyclevisor
