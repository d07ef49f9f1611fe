// The oracle's rules about what the hypervisor may do to a guest beside its timer: registers,
// resume address, memory, console, disk, progress. Described in docs/oracle.md.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/observe/checks/oracle.hpp"

namespace cyclevisor {

class IsolationRules : public Sink, public GuestObserver {
 public:
  /// Observes `view`; it and `watch` must be attached to the stream before the rules. Violations go
  /// to `oracle`.
  IsolationRules(const ObservedPlatform& platform, const VmWatch& watch, GuestView& view,
                 Oracle& oracle);

  void on(const Retire& event) override;
  void on_plain(RetireSpan events) override;
  Retirements wants() const override { return checked_ ? Retirements::all : Retirements::none; }
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const BusTransfer& event) override;
  void on(const MasterTransfer& event) override;

  void resumed(const GuestResume& resume) override;

  /// A guest that is interrupted so many times before its next instruction makes no progress. A new
  /// interrupt may become pending while the hart returns from one, but not repeatedly.
  static constexpr unsigned entries_without_progress = 8;

 private:
  /// The registers of a VM's UART that decide whether a store to offset 0 transmits.
  struct UartControl {
    std::uint8_t line = 0;   ///< LCR
    std::uint8_t modem = 0;  ///< MCR
  };
  struct Vm {
    unsigned number = 0;
    PhysicalAddress partition;
    std::uint64_t partition_bytes = 0;
    PhysicalAddress console;
    unsigned disk = 0;
    UartControl uart;
    UartControl uart_after;          ///< if the trapped instruction takes effect
    std::vector<std::uint8_t> sent;  ///< stored to THR by a trapped store, not yet transmitted
    unsigned transmitted = 0;        ///< characters of that store
    unsigned fruitless = 0;          ///< consecutive entries without a retired instruction
  };

  Vm* find(unsigned number);
  Vm* owner_of_console(PhysicalAddress address);
  void guest_progresses();
  void check_store(const Retire& event);
  static void store_uart(Vm& vm, std::uint64_t offset, std::uint8_t value);
  void settle_uart(const GuestResume& resume);
  void check_registers(const GuestResume& resume);

  const Arrangement arrangement_;
  const bool checked_;  ///< there is a hypervisor, and so something to check
  const VmWatch& watch_;
  Oracle& oracle_;
  std::vector<Vm> vms_;
  bool entered_ = false;  ///< the last event of the guest is its entry
};

}  // namespace cyclevisor
