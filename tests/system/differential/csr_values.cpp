#include "tests/system/differential/csr_values.hpp"

#include "models/hart/csr/csr_fields.hpp"
#include "models/hart/csr/csr_number.hpp"
#include "models/hart/csr/csr_table.hpp"
#include "tests/system/differential/known_differences.hpp"

namespace cyclevisor::differential {
namespace {

constexpr std::uint64_t uxl = mstatus::uxl_64;
constexpr std::uint64_t status_bits =
    mstatus::sie | mstatus::spie | mstatus::spp | mstatus::sum | mstatus::mxr;
constexpr std::uint64_t enable_bits =
    interrupt::machine | interrupt::supervisor | interrupt::virtual_supervisor;

/// Not the VS-level bits at their own positions: see known_differences.cpp.
constexpr std::uint64_t guest_bits = interrupt::machine | interrupt::supervisor;

/// Not VSTIP and VSEIP: see known_differences.cpp.
constexpr std::uint64_t injected = interrupt::vssi;

/// A translation register: MODE, 16 bits of ASID, a PPN in main memory or anywhere.
std::uint64_t translation(Random& random) {
  const std::uint64_t mode = random.pick<std::uint64_t>({0, 8, 9});
  const std::uint64_t ppn = random.percent(50) ? 0x80020 : random.below(std::uint64_t{1} << 44);
  return mode << 60 | random.below(1 << 16) << 44 | ppn;
}

std::uint64_t edge_of_time(Random& random) { return random.percent(50) ? 0 : ~std::uint64_t{0}; }

/// SUM stays set and MXR clear: see known_differences.cpp.
std::uint64_t guest_status(std::uint64_t any, Operation operation) {
  std::uint64_t value = any & status_bits & ~(mstatus::sum | mstatus::mxr);
  if (operation == Operation::csrrw) value |= uxl;
  if (operation != Operation::csrrc) value |= mstatus::sum;
  return value;
}

CsrWrite machine_write(Random& random, Operation operation) {
  const std::uint64_t any = interesting_value(random);
  const bool replaces = operation == Operation::csrrw;
  switch (random.below(46)) {
    case 0:
    case 1:
    case 2: {
      // UXL stays 2 and MPP never becomes 2.
      std::uint64_t value = any & (status_bits | mstatus::mpie | mstatus::mprv | mstatus::tvm |
                                   mstatus::tw | mstatus::tsr);
      value &= ~mstatus::mprv;
      if (random.percent(5)) value |= mstatus::mie;
      if (random.percent(40)) value |= mstatus::mpp;
      if (replaces)
        value |= uxl | (random.percent(30) ? std::uint64_t{1} << mstatus::mpp_shift : 0);
      return {csr::mstatus, value};
    }
    case 3:
      return {csr::sstatus, (any & (status_bits & ~mstatus::sie)) | (replaces ? uxl : 0)};
    case 4:
    case 5:
      return {csr::mie, any & enable_bits};
    case 6:
    case 7:
      return {csr::mip, any & (interrupt::supervisor | interrupt::vssi | interrupt::machine)};
    case 8:
      return {csr::sie, any & enable_bits};
    case 9:
      return {csr::sip, any & enable_bits};
    case 10:
      return {csr::mideleg, any & (interrupt::supervisor | interrupt::virtual_supervisor)};
    case 11:
      return {csr::medeleg, any & 0xf0b7ff};
    case 12:
      return {csr::mcounteren, any & 7};
    case 13:
      return {csr::scounteren, any & 7};
    case 14:
      return {csr::mcountinhibit, any & 5};
    case 15:
      return {csr::sscratch, any};
    case 16:
      return {csr::mepc, any & ~std::uint64_t{1}};
    case 17:
      return {csr::sepc, any & ~std::uint64_t{1}};
    case 18:
      return {csr::mcause, any};
    case 19:
      return {csr::scause, any};
    case 20:
      return {csr::mtval, any};
    case 21:
      return {csr::stval, any};
    case 22:
      return {csr::stvec, any & ~std::uint64_t{2}};
    case 23:
      return {csr::satp, translation(random)};
    case 24:
      return {csr::stimecmp, edge_of_time(random)};
    case 25:
      return {csr::menvcfg, (any & (envcfg::fiom | envcfg::adue)) | (replaces ? envcfg::stce : 0)};
    case 26:
      return {csr::senvcfg, any & envcfg::fiom};
    case 27:
      return {csr::mtinst, any};
    case 28:
      return {csr::mtval2, any};
    case 29:
      return {csr::htinst, any};
    case 30:
      return {csr::htval, any};
    case 31: {
      std::uint64_t value = any & (hstatus::gva | hstatus::spv | hstatus::spvp | hstatus::hu |
                                   hstatus::vtvm | hstatus::vtw | hstatus::vtsr);
      if (replaces) value |= hstatus::vsxl_64;
      return {csr::hstatus, value};
    }
    case 32:
      return {csr::hedeleg, any & 0xb1ff};
    case 33:
      return {csr::hideleg, any & interrupt::virtual_supervisor};
    case 34:
      return {csr::hvip, any & injected};
    case 35:
      return {csr::hie, any & enable_bits};
    case 36:
      return {csr::hip, any & enable_bits};
    case 37:
      return {csr::hcounteren, any & 7};
    case 38:
      return {csr::vsstatus, guest_status(any, operation)};
    case 39:
      return {csr::vsie, any & guest_bits};
    case 40:
      return {csr::vsip, any & guest_bits};
    case 41:
      return {csr::vstvec, any & ~std::uint64_t{2}};
    case 42:
      return {random.pick({csr::vsscratch, csr::vscause, csr::vstval}), any};
    case 43:
      return {csr::vsepc, any & ~std::uint64_t{1}};
    case 44:
      return {csr::henvcfg, (any & (envcfg::fiom | envcfg::adue)) | (replaces ? envcfg::stce : 0)};
    default:
      return {csr::vstimecmp, edge_of_time(random)};
  }
}

/// Values that S- and VS-mode may write to the supervisor CSRs.
CsrWrite supervisor_write(Random& random, PrivilegeMode mode, Operation operation) {
  const std::uint64_t any = interesting_value(random);
  const bool replaces = operation == Operation::csrrw;
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
      return {csr::sstatus, (any & status_bits & ~(random.percent(80) ? mstatus::sie : 0) &
                             ~(is_virtual(mode) ? mstatus::mxr : 0)) |
                                (replaces ? uxl : 0)};
    case 3:
      return {csr::sie, any & guest_bits};
    case 4:
      return {csr::sip, any & guest_bits};
    case 5:
      return {csr::sscratch, any};
    case 6:
      return {csr::sepc, any & ~std::uint64_t{1}};
    case 7:
      return {csr::scause, any};
    case 8:
      return {csr::stval, any};
    case 9:
      return {csr::scounteren, any & 7};
    case 10:
      return {csr::stimecmp, edge_of_time(random)};
    default:
      // An unsupported MODE: no effect. Not 10 (Sv57), which QEMU supports.
      return {csr::satp, random.pick<std::uint64_t>({1, 7, 11, 15}) << 60 | (any >> 8)};
  }
}

CsrWrite hypervisor_write(Random& random, Operation operation) {
  const std::uint64_t any = interesting_value(random);
  switch (random.below(12)) {
    case 0:
      return {csr::hideleg, any & interrupt::virtual_supervisor};
    case 1:
      return {csr::hvip, any & injected};
    case 2:
      return {csr::hie, any & enable_bits};
    case 3:
      return {csr::hip, any & enable_bits};
    case 4:
      return {csr::hcounteren, any & 7};
    case 5:
      return {csr::vsstatus, guest_status(any, operation)};
    case 6:
      return {csr::vsie, any & guest_bits};
    case 7:
      return {csr::vsip, any & guest_bits};
    case 8:
      return {random.pick({csr::vsscratch, csr::vscause, csr::vstval, csr::vsepc}),
              any & ~std::uint64_t{1}};
    case 9:
      return {csr::htinst, any};
    case 10:
      return {csr::htval, any};
    default:
      return {csr::vstimecmp, edge_of_time(random)};
  }
}

/// A write to a CSR that is read-only or needs more privilege than the mode has, by its number.
CsrWrite refused_write(Random& random, PrivilegeMode mode) {
  const unsigned held = mode == PrivilegeMode::user || mode == PrivilegeMode::virtual_user ? 0
                        : mode == PrivilegeMode::supervisor                                ? 2
                                                                                           : 1;
  while (true) {
    const std::uint16_t number = random_csr_number(random, mode);
    const bool read_only = (number >> 10) == 3;
    if (read_only || ((number >> 8) & 3) > held) return {number, interesting_value(random)};
  }
}

}  // namespace

std::uint64_t interesting_value(Random& random) {
  switch (random.below(8)) {
    case 0:
      return random.bits();
    case 1:
      return random.below(16);
    case 2:
      return ~random.below(16);
    case 3:
      return std::uint64_t{1} << random.below(64);
    case 4:
      return ~(std::uint64_t{1} << random.below(64));
    case 5:
      return random.bits() & 0xffffffff;
    case 6:
      return 0x7fffffff + random.below(3);
    default:
      return random.bits() & random.bits();
  }
}

std::uint16_t random_csr_number(Random& random, PrivilegeMode mode) {
  if (random.percent(6)) return random.pick({csr::cycle, csr::time, csr::instret});
  while (true) {
    const std::uint16_t number = random.percent(85)
                                     ? random.from(csr_table()).number
                                     : static_cast<std::uint16_t>(random.below(csr::count));
    if (!is_avoided_csr(number, mode)) return number;
  }
}

CsrWrite random_csr_write(Random& random, PrivilegeMode mode, Operation operation) {
  switch (mode) {
    case PrivilegeMode::machine:
      return machine_write(random, operation);
    case PrivilegeMode::supervisor:
      if (random.percent(15)) return refused_write(random, mode);
      return random.percent(50) ? supervisor_write(random, mode, operation)
                                : hypervisor_write(random, operation);
    case PrivilegeMode::virtual_supervisor:
      if (random.percent(30)) return refused_write(random, mode);
      return supervisor_write(random, mode, operation);
    default:
      return refused_write(random, mode);
  }
}

}  // namespace cyclevisor::differential
