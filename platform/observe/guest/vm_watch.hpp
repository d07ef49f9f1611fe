// Which virtual machine runs, and how each one ended.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/observed.hpp"

namespace cyclevisor {

/// How a VM ended: the guest's own store to the finisher, whether it reached the device (native)
/// or was trapped and answered by the hypervisor.
struct Verdict {
  enum class Kind : std::uint8_t {
    none,   ///< has not ended
    pass,   ///< stored 0x5555
    fail,   ///< stored code << 16 | 0x3333
    reset,  ///< stored 0x7777
  };
  Kind kind = Kind::none;
  std::uint16_t code = 0;  ///< of a fail
  Cycle cycle;             ///< of the store
};

class VmWatch : public Sink {
 public:
  explicit VmWatch(const ObservedPlatform& platform);

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const AddressSpace& event) override;
  /// Traps and returns tell the mode. The finisher is a device: stores to it retire or trap.
  Retirements wants() const override {
    return platform_.arrangement.device_access == DeviceAccess::traps ? Retirements::none
                                                                      : Retirements::unusual;
  }

  /// The VM whose guest code runs now; nothing while the hypervisor or the firmware does.
  std::optional<unsigned> running() const {
    if (current_ == 0 || !platform_.arrangement.is_guest(mode_)) return std::nullopt;
    return current_;
  }
  /// The VM that the hart belongs to, also while the monitor works for it; 0 = none yet.
  unsigned current() const { return current_; }
  PrivilegeMode mode() const { return mode_; }

  /// How the VM with this number ended.
  const Verdict& verdict(unsigned vm) const;
  /// True when every VM has ended.
  bool all_ended() const;

 private:
  void store(unsigned vm, Cycle cycle, std::uint64_t offset, unsigned bytes, std::uint64_t value);

  ObservedPlatform platform_;
  std::vector<Verdict> verdicts_;  // as platform_.vms
  PrivilegeMode mode_ = PrivilegeMode::machine;
  unsigned current_ = 0;
};

}  // namespace cyclevisor
