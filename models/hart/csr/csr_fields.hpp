// The fields of the control and status registers, named as in the privileged specification.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

constexpr std::uint64_t bit(unsigned number) { return std::uint64_t{1} << number; }

/// "Machine Status (mstatus) Register"; sstatus and vsstatus have the same positions.
namespace mstatus {
constexpr std::uint64_t sie = bit(1);
constexpr std::uint64_t mie = bit(3);
constexpr std::uint64_t spie = bit(5);
constexpr std::uint64_t mpie = bit(7);
constexpr std::uint64_t spp = bit(8);
constexpr unsigned mpp_shift = 11;
constexpr std::uint64_t mpp = std::uint64_t{3} << mpp_shift;
constexpr std::uint64_t mprv = bit(17);
constexpr std::uint64_t sum = bit(18);
constexpr std::uint64_t mxr = bit(19);
constexpr std::uint64_t tvm = bit(20);
constexpr std::uint64_t tw = bit(21);
constexpr std::uint64_t tsr = bit(22);
constexpr std::uint64_t uxl_64 = std::uint64_t{2} << 32;
constexpr std::uint64_t sxl_64 = std::uint64_t{2} << 34;
constexpr std::uint64_t gva = bit(38);
constexpr std::uint64_t mpv = bit(39);
}  // namespace mstatus

/// "Hypervisor Status Register (hstatus)".
namespace hstatus {
constexpr std::uint64_t gva = bit(6);
constexpr std::uint64_t spv = bit(7);
constexpr std::uint64_t spvp = bit(8);
constexpr std::uint64_t hu = bit(9);
constexpr std::uint64_t vtvm = bit(20);
constexpr std::uint64_t vtw = bit(21);
constexpr std::uint64_t vtsr = bit(22);
constexpr std::uint64_t vsxl_64 = std::uint64_t{2} << 32;
}  // namespace hstatus

/// "Machine Interrupt Registers (mip and mie)": bit masks; the number is the bit's position. There
/// are no guest external interrupts (GEILEN = 0), so bit 12, SGEI, reads 0 everywhere.
namespace interrupt {
constexpr std::uint64_t ssi = bit(1);
constexpr std::uint64_t vssi = bit(2);
constexpr std::uint64_t msi = bit(3);
constexpr std::uint64_t sti = bit(5);
constexpr std::uint64_t vsti = bit(6);
constexpr std::uint64_t mti = bit(7);
constexpr std::uint64_t sei = bit(9);
constexpr std::uint64_t vsei = bit(10);
constexpr std::uint64_t mei = bit(11);

constexpr std::uint64_t machine = msi | mti | mei;
constexpr std::uint64_t supervisor = ssi | sti | sei;
constexpr std::uint64_t virtual_supervisor = vssi | vsti | vsei;
}  // namespace interrupt

/// "Machine Environment Configuration (menvcfg) Register", also henvcfg and senvcfg.
namespace envcfg {
constexpr std::uint64_t fiom = bit(0);
constexpr std::uint64_t adue = bit(61);
constexpr std::uint64_t stce = bit(63);
}  // namespace envcfg

/// mcounteren, hcounteren, scounteren, mcountinhibit.
namespace counter {
constexpr std::uint64_t cy = bit(0);
constexpr std::uint64_t tm = bit(1);
constexpr std::uint64_t ir = bit(2);
}  // namespace counter

/// mtvec, stvec, vstvec.
namespace tvec {
constexpr std::uint64_t vectored = 1;
constexpr std::uint64_t base_mask = ~std::uint64_t{3};
}  // namespace tvec

/// The nominal privilege of a mode as MPP and SPP encode it: U and VU are 0, S and VS 1, M 3.
constexpr std::uint64_t nominal_privilege(PrivilegeMode mode) {
  return static_cast<std::uint64_t>(mode) & 3;
}

/// The mode of a nominal privilege (0, 1 or 3) under virtualization mode `v` (0 or 1); M-mode
/// always has V = 0.
constexpr PrivilegeMode mode_of(std::uint64_t privilege, std::uint64_t v) {
  return privilege == 3 ? PrivilegeMode::machine
                        : static_cast<PrivilegeMode>(privilege | (v != 0 ? 4u : 0u));
}

}  // namespace cyclevisor
