// The stages of the hypervisor from a trap to the next guest instruction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/base/types.hpp"
#include "models/probe/code_region.hpp"

namespace cyclevisor {

enum class HypervisorStage : std::uint8_t {
  entry,      ///< registers saved, cause decoded
  decode,     ///< the guest's instruction fetched and decoded
  emulate,    ///< CSRs and privileged instructions of the virtual hart
  device,     ///< virtual devices, and physical ones on a guest's behalf
  multiplex,  ///< pending timers, and the one comparator
  schedule,   ///< which VM runs next
  switching,  ///< the other VM's address space
  inject,     ///< a trap into the virtual hart
  exit,       ///< registers loaded, mret
  other,      ///< boot, consoles, the end, and code that is in no table
};
inline constexpr std::size_t stage_count = 10;
inline constexpr std::array<const char*, stage_count> stage_names = {
    "entry",    "decode", "emulate", "device", "multiplex",
    "schedule", "switch", "inject",  "exit",   "other"};

/// The code from `first` on, until the next range begins, belongs to a stage.
struct StageRange {
  std::uint64_t first = 0;
  HypervisorStage stage = HypervisorStage::other;
};

/// Which stage an instruction of the hypervisor belongs to.
class StageMap {
 public:
  /// `ranges` by address.
  explicit StageMap(const std::vector<StageRange>& ranges);

  /// The code around an instruction that belongs to its stage, which is the number.
  const CodeRegion& around(VirtualAddress pc) const {
    const std::uint64_t index = (pc.value - first_) / 2;
    return regions_[index < region_of_.size() ? region_of_[index] : 0];
  }
  HypervisorStage at(VirtualAddress pc) const {
    return static_cast<HypervisorStage>(around(pc).number);
  }

 private:
  std::uint64_t first_ = 0;
  std::vector<CodeRegion> regions_;  ///< the first is all code in no other
  /// Index into them for every two bytes: no instruction is shorter.
  std::vector<std::uint32_t> region_of_;
};

}  // namespace cyclevisor
