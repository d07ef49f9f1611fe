// A human-readable log of the hart's events, cycle by cycle, with symbols and disassembly.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include "models/probe/event_stream.hpp"

namespace cyclevisor {

/// One line per event:
///
///     CYCLE VM MODE PC SYMBOL: INSTRUCTION  what changed
///
/// VM is the number of the address space that the mode runs in: satp.ASID in U-mode, hgatp.VMID
/// in VS and VU; 0 elsewhere.
class TraceLog : public Sink {
 public:
  /// The symbol of an address, e.g. "main+0x10"; empty when there is none. `vm` as above.
  using Symbol = std::function<std::string(VirtualAddress address, unsigned vm)>;

  /// The stream must outlive the log. `symbol` may be empty.
  explicit TraceLog(std::ostream& out, Symbol symbol = {});

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const AddressSpace& event) override;
  void on(const Idle& event) override;
  void on(const InterruptLine& event) override;

 private:
  unsigned vm(PrivilegeMode mode) const;
  void begin(Cycle cycle, PrivilegeMode mode, VirtualAddress pc);

  std::ostream& out_;
  Symbol symbol_;
  std::uint64_t satp_ = 0;
  std::uint64_t hgatp_ = 0;
};

}  // namespace cyclevisor
