// Answers a guest's exceptions: what its virtual hart or one of its virtual devices would have
// done is emulated, everything else becomes an exception in the guest. Nothing here can fail for
// the hypervisor, whatever the guest does.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/core/vm.hpp"

namespace cyclevisor::hypervisor {

/// An exception of the physical hart while a guest ran. `cause` and `tval` are `mcause` and
/// `mtval`.
HYPERVISOR_STAGE void handle_exception(Vm* vm, uint64_t cause, uint64_t tval);

}  // namespace cyclevisor::hypervisor
