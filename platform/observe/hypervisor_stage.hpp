// The stages of the hypervisor's way from a trap to the next guest instruction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/base/types.hpp"

namespace cyclevisor {

enum class HypervisorStage : std::uint8_t {
  entry,      ///< registers saved, cause looked at
  decode,     ///< the guest's instruction fetched and decoded
  emulate,    ///< CSRs and privileged instructions of the virtual hart
  device,     ///< virtual devices, and physical ones on a guest's behalf
  multiplex,  ///< what is due, and the one comparator
  schedule,   ///< who runs next
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

  HypervisorStage at(VirtualAddress pc) const {
    const std::uint64_t index = (pc.value - first_) / 2;
    return index < stages_.size() ? stages_[index] : HypervisorStage::other;
  }

 private:
  std::uint64_t first_ = 0;
  std::vector<HypervisorStage> stages_;  ///< one for every two bytes: no instruction is shorter
};

}  // namespace cyclevisor
