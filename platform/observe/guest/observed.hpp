// What the observers are told about the platform; everything else they read from the events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/types.hpp"
#include "platform/observe/guest/hypervisor_stage.hpp"

namespace cyclevisor {

/// One virtual machine, or the one guest of a native run.
struct ObservedVm {
  unsigned number = 0;  ///< 1..N: satp.ASID under the hypervisor; natively 1
  std::string name;
  PhysicalAddress partition;  ///< its DRAM as the bus sees it
  std::uint64_t partition_bytes = 0;
  PhysicalAddress console;  ///< the UART behind the VM's; 0: it has the platform's own
};

struct ObservedPlatform {
  enum class Strategy : std::uint8_t {
    native,    ///< one guest, in M-mode itself, on the bare platform
    firmware,  ///< one guest in S-mode, started and served by a firmware in M-mode
    trap,      ///< guests in U-mode under the trap-and-emulate hypervisor
  };
  Strategy strategy = Strategy::trap;
  std::uint64_t clock_hz = 100'000'000;
  std::uint64_t timebase_hz = 10'000'000;
  unsigned prescale = 10;        ///< CPU cycles a tick of `mtime`
  std::uint64_t slice = 10'000;  ///< of the hypervisor's scheduler, in ticks
  std::vector<ObservedVm> vms;
  std::vector<StageRange> stages;  ///< the hypervisor's code, by address; may be empty

  /// The VM with this number, or nullptr.
  const ObservedVm* find(unsigned number) const {
    for (const ObservedVm& vm : vms) {
      if (vm.number == number) return &vm;
    }
    return nullptr;
  }
};

}  // namespace cyclevisor
