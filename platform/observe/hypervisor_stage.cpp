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
    if (end <= places_.size()) continue;
    const std::uint64_t begin = first_ + 2 * places_.size();
    if (places_.empty() || stretches_.back().stage != ranges[i].stage) {
      stretches_.push_back({begin, 0, ranges[i].stage});
    }
    stretches_.back().bytes = first_ + 2 * end - stretches_.back().first;
    places_.resize(end, static_cast<std::uint32_t>(stretches_.size() - 1));
  }
}

}  // namespace cyclevisor
