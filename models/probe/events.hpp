// The typed, cycle-stamped events from which all observations are derived.
//
// An event says what happened in the hardware, never what software means by it. The stream is in
// time order; within one cycle interrupt lines come first, then the hart's events in program order.
#pragma once

#include <array>
#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

/// The integer registers x0..x31 at the time of an event.
using IntegerRegisters = std::array<std::uint64_t, 32>;

/// A memory access of a retired instruction. `value` is the value loaded (before extension to the
/// register) or stored; for an AMO it is the value stored.
struct MemoryAccess {
  enum class Kind : std::uint8_t { none, load, store, amo };
  Kind kind = Kind::none;
  std::uint8_t bytes = 0;
  VirtualAddress address;
  PhysicalAddress physical;
  std::uint64_t value = 0;
};

/// An instruction left the memory stage and retired in `cycle`.
struct Retire {
  Cycle cycle;
  VirtualAddress pc;
  std::uint32_t instruction = 0;  ///< as fetched; a compressed one in the low 16 bits
  PrivilegeMode mode = PrivilegeMode::machine;
  std::uint8_t rd = 0;  ///< integer register written, 0 = none
  std::uint64_t rd_value = 0;
  static constexpr std::uint16_t no_csr = 0xffff;
  std::uint16_t csr = no_csr;   ///< CSR written by a Zicsr instruction
  std::uint64_t csr_value = 0;  ///< its value after the write
  MemoryAccess access;
  /// The physical address of the instruction's first byte, translated from `pc`.
  PhysicalAddress physical_pc;
};

/// A trap was taken: the instruction at `epc` did not retire.
struct Trap {
  Cycle cycle;
  VirtualAddress epc;
  std::uint32_t instruction = 0;  ///< 0 when it could not be fetched
  std::uint64_t cause = 0;        ///< as in `mcause`: bit 63 set for interrupts
  std::uint64_t tval = 0;
  std::uint64_t tval2 = 0;  ///< as in `mtval2`/`htval`
  std::uint64_t tinst = 0;  ///< as in `mtinst`/`htinst`
  PrivilegeMode from = PrivilegeMode::machine;
  PrivilegeMode to = PrivilegeMode::machine;
  VirtualAddress vector;  ///< the handler's address
  IntegerRegisters x{};

  static constexpr std::uint64_t interrupt_bit = std::uint64_t{1} << 63;
  constexpr bool is_interrupt() const { return (cause & interrupt_bit) != 0; }
  /// Exception or interrupt number without the interrupt bit.
  constexpr std::uint64_t number() const { return cause & ~interrupt_bit; }
};

/// `mret`, `sret` (or `mnret`) retired; its Retire event comes just before this one.
struct TrapReturn {
  Cycle cycle;
  VirtualAddress pc;
  std::uint32_t instruction = 0;
  PrivilegeMode from = PrivilegeMode::machine;
  PrivilegeMode to = PrivilegeMode::machine;
  VirtualAddress target;
  IntegerRegisters x{};
};

/// The address-translation registers changed. They identify the virtual machine that runs:
/// `satp.ASID` (trap-and-emulate) or `hgatp.VMID` (H extension).
struct AddressSpace {
  Cycle cycle;
  std::uint64_t satp = 0;
  std::uint64_t vsatp = 0;
  std::uint64_t hgatp = 0;
};

/// The hart waited in WFI from `cycle` to `until`, both included.
struct Idle {
  Cycle cycle;
  Cycle until;
};

/// The CPU's bus begins a transfer to a device. Published before the transfer, so that the stream
/// stays in time order; the BusTransfer with the same `cycle` follows once it is complete.
struct BusRequest {
  Cycle cycle;
  PhysicalAddress address;
  std::uint8_t bytes = 0;
  bool write = false;
  std::uint64_t data = 0;  ///< of a write; a read has 0
};

/// A transfer to a device on the CPU's bus (DRAM accesses are part of Retire).
struct BusTransfer {
  Cycle cycle;  ///< first cycle
  Cycle end;    ///< last cycle: the hart continues in the next one
  PhysicalAddress address;
  std::uint8_t bytes = 0;
  bool write = false;
  bool error = false;
  std::uint64_t data = 0;
};

/// A transfer on the timer's APB pins (AMBA APB, IHI 0024).
struct ApbTransfer {
  Cycle cycle;  ///< setup phase
  Cycle end;    ///< last access-phase cycle, PREADY high
  std::uint32_t paddr = 0;
  bool pwrite = false;
  std::uint8_t pstrb = 0;
  bool pslverr = false;
  std::uint32_t data = 0;  ///< PWDATA or PRDATA
};

/// An interrupt line of the hart has this level from this cycle on.
struct InterruptLine {
  Cycle cycle;
  std::uint8_t number = 0;  ///< bit in `mip`: 3 = MSIP, 7 = MTIP, 11 = MEIP, 9 = SEIP
  bool level = false;
};

/// Another bus master than the hart accesses main memory (DMA). The data is moved in `cycle`.
struct MasterTransfer {
  Cycle cycle;              ///< first cycle
  Cycle end;                ///< last cycle
  std::uint8_t master = 0;  ///< from 1, as in ObservedPlatform::masters
  PhysicalAddress address;
  std::uint32_t bytes = 0;
  bool write = false;  ///< of memory
  bool error = false;  ///< nothing was moved
};

}  // namespace cyclevisor
