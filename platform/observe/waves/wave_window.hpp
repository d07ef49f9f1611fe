// Which part of a run the waves show.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/base/types.hpp"

namespace cyclevisor {

/// What opens the window of the waves.
enum class WaveTrigger : std::uint8_t {
  none,       ///< the run's first cycle
  irq,        ///< the first interrupt line of the hart that rises
  trap,       ///< the first trap
  vm_switch,  ///< the first time that a VM runs after another one
};

/// Which cycles are recorded: from `first` to `last`, both included, counted from the trigger.
struct WaveWindow {
  Cycle first;
  Cycle last = Cycle::never();
  WaveTrigger trigger = WaveTrigger::none;
};

/// First and last cycles of the parts of a window that are recorded, in ascending order of the first
/// ones; none: all of it.
using WaveParts = std::vector<std::pair<Cycle, Cycle>>;

}  // namespace cyclevisor
