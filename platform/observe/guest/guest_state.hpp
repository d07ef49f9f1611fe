// The part of a guest's machine-mode state that decides whether it takes its timer interrupt.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/mmu/pmp.hpp"

namespace cyclevisor {

/// Numbers of the CSRs that matter here.
namespace guest_csr {
inline constexpr unsigned mstatus = 0x300;
inline constexpr unsigned mie = 0x304;
inline constexpr unsigned mtvec = 0x305;
inline constexpr unsigned mepc = 0x341;
inline constexpr unsigned mcause = 0x342;
inline constexpr unsigned mip = 0x344;
inline constexpr unsigned htimedelta = 0x605;
inline constexpr unsigned time = 0xc01;
inline constexpr unsigned pmpcfg0 = 0x3a0;
inline constexpr unsigned pmpaddr0 = 0x3b0;
inline constexpr unsigned pmpaddr63 = 0x3ef;
}  // namespace guest_csr

/// What a guest has stored to its timer.
struct GuestTimerRegisters {
  std::uint64_t mtimecmp = ~std::uint64_t{0};  ///< as after reset: no interrupt
  std::uint64_t mtime_offset = 0;              ///< the guest's mtime - the platform's
  /// The guest wrote mtime at an unknown moment of a trap: its offset may be less by up to this.
  std::uint64_t offset_slack = 0;
  bool msip = false;
};

/// A shadow of what the guest has written, as the privileged specification says the hart (real or
/// virtual) must hold it.
struct GuestState : GuestTimerRegisters {
  bool user = false;          ///< in U-mode, as the guest sees it; otherwise M
  bool mie = false;           ///< mstatus.MIE
  bool mpie = false;          ///< mstatus.MPIE
  bool mpp_user = true;       ///< mstatus.MPP = U, as after reset
  bool mprv = false;          ///< mstatus.MPRV
  std::uint64_t enables = 0;  ///< the `mie` CSR
  std::uint64_t mtvec = 0;
  std::uint64_t mepc = 0;
  PmpUnit pmp;  ///< the guest's own: 16 entries, as on QEMU's `virt`

  std::uint64_t htimedelta = 0;     ///< added to `time` while V=1
  Cycle deadline = Cycle::never();  ///< from here on mtime >= mtimecmp...
  Cycle wrap = Cycle::never();      ///< ...until mtime wraps to 0
  Cycle fell = Cycle::never();      ///< the last time that MTIP fell because mtime wrapped

  static constexpr unsigned msi = 3;
  static constexpr unsigned mti = 7;
  static constexpr unsigned mei = 11;

  bool globally_enabled() const { return user || mie; }
  /// The interrupt's bit in the `mie` CSR.
  bool allows(unsigned number) const { return ((enables >> number) & 1) != 0; }
  bool enabled(unsigned number) const { return globally_enabled() && allows(number); }
  bool expired(Cycle at) const { return deadline <= at; }
  /// At any time in [since, at].
  bool expired(Cycle since, Cycle at) const {
    return expired(at) || (fell != Cycle::never() && since < fell && fell <= at);
  }
  bool timer_deliverable(Cycle since, Cycle at) const { return enabled(mti) && expired(since, at); }
  bool software_deliverable() const { return enabled(msi) && msip; }

  /// Whether the guest's own protection lets it load from or store to a device.
  bool may_access(std::uint64_t address, unsigned bytes, AccessType type) const {
    const bool as_user = user || (mprv && mpp_user);
    return pmp.permits(PhysicalAddress(address), bytes, type,
                       as_user ? PrivilegeMode::user : PrivilegeMode::machine);
  }

  bool vectored() const { return (mtvec & 3) == 1; }
  std::uint64_t base() const { return mtvec & ~std::uint64_t{3}; }
  /// Where an interrupt with this number enters.
  std::uint64_t vector(unsigned number) const {
    return vectored() ? base() + 4 * std::uint64_t{number} : base();
  }

  /// The current value of a shadowed CSR, for read-modify-write instructions.
  std::uint64_t read_csr(unsigned number) const;
  /// Writes a CSR by its WARL rules; numbers that are not shadowed are ignored.
  void write_csr(unsigned number, std::uint64_t value);
  /// True when `read_csr` and `write_csr` know the CSR.
  static bool shadows_csr(unsigned number);

  /// A trap into M-mode (privileged specification, "Privilege and Global Interrupt-Enable Stack").
  void enter(std::uint64_t epc);
  /// mret.
  void leave();
};

}  // namespace cyclevisor
