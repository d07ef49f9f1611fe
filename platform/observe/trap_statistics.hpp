// How often each VM traps and why, and who had the hart's cycles.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/observed.hpp"
#include "platform/observe/vm_watch.hpp"

namespace cyclevisor {

/// The name of an `mcause` value as the privileged specification gives it, in lower case:
/// "illegal instruction", "machine timer interrupt".
std::string cause_name(std::uint64_t mcause);

class TrapStatistics : public Sink {
 public:
  struct Vm {
    unsigned number = 0;
    std::map<std::uint64_t, std::uint64_t> traps;  ///< mcause -> count
    std::uint64_t guest_cycles = 0;                ///< in guest code
    std::uint64_t hypervisor_cycles = 0;  ///< from a trap of this VM to the next guest entry
    std::uint64_t world_switches = 0;     ///< entries of this VM after another one
    std::uint64_t trap_count() const;
  };

  /// `watch` must be attached to the stream before the statistics.
  TrapStatistics(const ObservedPlatform& platform, const VmWatch& watch);

  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const Idle& event) override;
  /// Closes the books at the end of the run. Call once.
  void finish(Cycle end);

  const std::vector<Vm>& vms() const { return vms_; }
  const Vm* find(unsigned number) const;
  std::uint64_t world_switches() const;
  /// Cycles in WFI. Together with guest_cycles and hypervisor_cycles of all VMs and boot_cycles
  /// they are the whole run.
  std::uint64_t idle_cycles() const { return idle_cycles_; }
  /// Before the first guest was entered.
  std::uint64_t boot_cycles() const { return boot_cycles_; }

 private:
  Vm* vm(unsigned number);
  void charge(Cycle until);

  ObservedPlatform platform_;
  const VmWatch& watch_;
  std::vector<Vm> vms_;
  unsigned charged_ = 0;  ///< VM that the cycles since `since_` belong to; 0 = boot
  bool in_guest_ = false;
  unsigned entered_ = 0;  ///< VM entered last
  Cycle since_;
  std::uint64_t idle_here_ = 0;  ///< idle cycles since `since_`
  std::uint64_t idle_cycles_ = 0;
  std::uint64_t boot_cycles_ = 0;
};

}  // namespace cyclevisor
