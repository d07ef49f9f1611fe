// Fields of CSRs, and the values of `mcause` (privileged specification, "Machine-Level ISA"). They
// are the same for the physical hart and for virtual ones.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

namespace mstatus {
constexpr uint64_t mie = uint64_t{1} << 3;
constexpr uint64_t mpie = uint64_t{1} << 7;
constexpr unsigned mpp_shift = 11;
constexpr uint64_t mpp = uint64_t{3} << mpp_shift;
constexpr uint64_t mprv = uint64_t{1} << 17;
constexpr uint64_t tw = uint64_t{1} << 21;
constexpr uint64_t uxl_64 = uint64_t{2} << 32;
}  // namespace mstatus

/// Interrupt numbers: bits of `mip` and `mie`, and exception codes of interrupts in `mcause`.
namespace interrupt {
constexpr unsigned machine_software = 3;
constexpr unsigned machine_timer = 7;
constexpr unsigned machine_external = 11;
constexpr uint64_t bit(unsigned number) { return uint64_t{1} << number; }
}  // namespace interrupt

/// Values of `mcause`.
namespace cause {
constexpr uint64_t interrupt_bit = uint64_t{1} << 63;
constexpr uint64_t instruction_address_misaligned = 0;
constexpr uint64_t instruction_access_fault = 1;
constexpr uint64_t illegal_instruction = 2;
constexpr uint64_t breakpoint = 3;
constexpr uint64_t load_address_misaligned = 4;
constexpr uint64_t load_access_fault = 5;
constexpr uint64_t store_address_misaligned = 6;
constexpr uint64_t store_access_fault = 7;
constexpr uint64_t environment_call_from_user = 8;
constexpr uint64_t environment_call_from_machine = 11;
constexpr uint64_t instruction_page_fault = 12;
constexpr uint64_t load_page_fault = 13;
constexpr uint64_t store_page_fault = 15;
}  // namespace cause

namespace satp {
constexpr uint64_t mode_sv39 = uint64_t{8} << 60;
constexpr unsigned asid_shift = 44;
}  // namespace satp

}  // namespace cyclevisor::hypervisor
