// A source feeds the shadow of one guest's virtual hart from the events of the real hart. Which
// events show what a guest asks of its timer and what it gets depends on how the guest runs, so
// there is one source for each way, in a file of its own, chosen for each VM.
//
// To add a strategy:
//
// 1. The hypervisor's code, in hypervisor/arch/ or in a folder of its own, with its stage table
//    beside it (docs/latency.md).
// 2. The row of its setting: `Strategy` in platform/scenario/scenario.hpp, the name in
//    platform/scenario/settings.cpp, and the boot plan in platform/boot/boot.cpp.
// 3. Its roles and capabilities: a row of arrangements() in arrangement.cpp, under the name that
//    recordings have. Observers, reports, GDB and coverage ask only these.
// 4. Only if no source below fits: a source file beside them, a GuestSourceKind and its line in
//    guest_source.cpp. A strategy with different kinds of guests sets ObservedVm::source.
//
// A source for hypercalls reads the call and its arguments from Trap and the answer from
// TrapReturn, as supervisor_source.cpp does. One for a guest in VS-mode sees its instructions
// retire and its traps arrive at `vstvec`. One for an emulated guest asks for all retirements of
// the emulator and reads the emulated hart from its stores.
#pragma once

#include <memory>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/arrangement.hpp"
#include "platform/observe/guest/guest_shadow.hpp"

namespace cyclevisor {

/// GuestView passes it the events of the cycles in which the hart belongs to its VM
/// (VmWatch::current): the guest runs, or its monitor works for it.
class GuestSource {
 public:
  /// Both outlive the source.
  GuestSource(GuestShadow& guest, const Arrangement& arrangement)
      : guest_(guest), arrangement_(arrangement) {}
  virtual ~GuestSource() = default;
  GuestSource(const GuestSource&) = delete;
  GuestSource& operator=(const GuestSource&) = delete;

  virtual void on(const Retire&) {}
  virtual void on(const Trap&) {}
  virtual void on(const TrapReturn&) {}
  virtual void on(const BusTransfer&) {}
  /// The instructions it needs while the hart is in `mode`. It may be passed more.
  virtual Retirements wants(PrivilegeMode mode) const = 0;

 protected:
  GuestShadow& guest_;
  const Arrangement& arrangement_;
};

std::unique_ptr<GuestSource> make_guest_source(GuestSourceKind kind, GuestShadow& guest,
                                               const Arrangement& arrangement);

// One each in its own file.
std::unique_ptr<GuestSource> machine_source(GuestShadow& guest, const Arrangement& arrangement);
std::unique_ptr<GuestSource> supervisor_source(GuestShadow& guest, const Arrangement& arrangement);
std::unique_ptr<GuestSource> trapped_source(GuestShadow& guest, const Arrangement& arrangement);

}  // namespace cyclevisor
