// The hart's cycles by owner: every cycle has exactly one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/hypervisor_stage.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

/// The cycles up to an event belong to what ended with it: to the guest until it traps, to the
/// stage of the hypervisor whose instruction retires, to none while the hart is in WFI.
class CycleAccount : public Sink {
 public:
  struct Vm {
    unsigned number = 0;
    std::uint64_t guest = 0;  ///< in guest code
    /// In the hypervisor, from a trap with this `mcause` to the VM's next instruction.
    std::map<std::uint64_t, std::uint64_t> hypervisor;
    /// In the hypervisor, from another VM's trap to this one's first instruction.
    std::uint64_t world_switch = 0;

    std::uint64_t hypervisor_cycles() const;
  };

  /// Cycles passed up to some moment, from one VM's point of view.
  struct Moment {
    std::array<std::uint64_t, stage_count> stages{};
    std::uint64_t idle = 0;
    std::uint64_t guest = 0;         ///< the VM's own code
    std::uint64_t other_guests = 0;  ///< the others' code
  };

  /// `watch` must be attached to the stream before the account.
  CycleAccount(const ObservedPlatform& platform, const VmWatch& watch);

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const Idle& event) override;
  void on_plain(RetireSpan events) override;
  void on_region_visits(Span<RegionVisit> visits) override;
  CodeRegion region(VirtualAddress pc) const override { return map_.around(pc); }
  /// All of a guest's cycles between two traps are the guest's.
  Retirements wants() const override {
    return in_guest_ ? Retirements::none : Retirements::regions;
  }
  /// Accounts for the cycles up to the end of the run. Call once.
  void finish(Cycle end);

  /// The VM that runs, or trapped last; 0 before the first one.
  unsigned vm() const { return booted_ && guest_ < vms_.size() ? vms_[guest_].number : 0; }
  /// Up to the last trap, return or instruction of the hypervisor.
  Moment now(unsigned vm);
  /// Records the moment `at`, which may be in the future. It replaces the VM's last one. A moment
  /// that has passed counts as the trap that the hypervisor is handling, if that is `at`, else as
  /// now.
  void mark(unsigned vm, Cycle at);
  /// The marked moment, once it has been reached.
  Moment marked(unsigned vm);

  /// boot() + idle() + what `vms` own is total().
  const std::vector<Vm>& vms() const { return vms_; }
  const Vm* find(unsigned number) const;
  /// Cycles in WFI of guests and hypervisor.
  std::uint64_t idle() const { return idle_; }
  /// Before the first guest was entered, and for address spaces that are no VM's.
  std::uint64_t boot() const { return boot_; }
  std::uint64_t total() const { return since_.value; }
  /// The hypervisor's cycles after boot, by stage: together as many as by VM.
  const std::array<std::uint64_t, stage_count>& stages() const { return stages_; }

 private:
  /// The cycles so far by owner, independent of a VM's point of view.
  struct Totals {
    std::array<std::uint64_t, stage_count> stages{};
    std::uint64_t idle = 0;
    std::vector<std::uint64_t> guests;  ///< as vms_
  };
  struct Mark {
    Cycle at = Cycle::never();  ///< not reached yet
    Totals totals;
  };

  /// Index of the VM with this number; vms_.size() when there is none.
  std::size_t index(unsigned number) const;
  Moment seen_by(unsigned vm, const Totals& totals) const;
  /// Gives the cycles until `until` to `bucket`, which is one of `totals_`. Returns how many.
  std::uint64_t spend(Cycle until, std::uint64_t& bucket);
  void pass_marks(Cycle until, std::uint64_t& bucket);
  void spend_in_guest(Cycle until);
  void spend_in_hypervisor(Cycle until);
  void retire(HypervisorStage stage, Cycle at);
  void settle();
  void find_next_mark();

  ObservedPlatform platform_;
  const VmWatch& watch_;
  StageMap map_;
  std::vector<Vm> vms_;
  Cycle since_;
  Totals totals_;
  std::array<std::uint64_t, stage_count> stages_{};
  std::uint64_t idle_ = 0;
  std::uint64_t boot_ = 0;

  bool in_guest_ = false;
  bool booted_ = false;
  std::size_t guest_ = 0;           ///< index of the VM that runs or trapped last
  std::uint64_t cause_ = 0;         ///< of that trap
  std::uint64_t work_ = 0;          ///< the hypervisor's cycles since it
  Cycle trapped_ = Cycle::never();  ///< when
  Totals at_trap_;
  HypervisorStage stage_ = HypervisorStage::other;  ///< of the hypervisor's last instruction
  Cycle retired_;                                   ///< when that retired, or trapped

  std::vector<Mark> marks_;           ///< as vms_
  Cycle next_mark_ = Cycle::never();  ///< earliest of those not reached
};

}  // namespace cyclevisor
