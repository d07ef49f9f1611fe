// The description of the platform that is made at boot. Observers read everything else from the
// events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/types.hpp"
#include "platform/observe/guest/arrangement.hpp"
#include "platform/observe/guest/hypervisor_stage.hpp"
#include "platform/observe/guest/landmark.hpp"

namespace cyclevisor {

/// What the latencies of a VM's timer interrupts must not exceed, in cycles.
struct LatencyBounds {
  std::optional<std::uint64_t> median;
  std::optional<std::uint64_t> p99;
  std::optional<std::uint64_t> max;

  bool empty() const { return !median && !p99 && !max; }
};

/// One virtual machine, or the one guest of a native run.
struct ObservedVm {
  unsigned number = 0;  ///< 1..N, as Arrangement::identity says; of a sole guest 1
  std::string name;
  PhysicalAddress partition;  ///< its DRAM as the bus sees it
  std::uint64_t partition_bytes = 0;
  PhysicalAddress console;  ///< the UART behind the VM's; 0: it has the platform's own
  std::optional<GuestSourceKind> source{};  ///< in place of the arrangement's
  LatencyBounds bounds{};
  unsigned disk = 0;  ///< MasterTransfer::master of the disk behind the VM's; 0: it has none
};

struct ObservedPlatform {
  Arrangement arrangement = trapped_arrangement();
  std::uint64_t clock_hz = 100'000'000;
  std::uint64_t timebase_hz = 10'000'000;
  unsigned prescale = 10;        ///< CPU cycles a tick of `mtime`
  std::uint64_t slice = 10'000;  ///< of the hypervisor's scheduler, in ticks
  /// What wait states of main memory can add to one instruction, in cycles.
  std::uint64_t memory_wait = 0;
  std::vector<ObservedVm> vms;
  std::vector<Landmark> landmarks;
  std::vector<Interval> intervals;
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
