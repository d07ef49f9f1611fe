// Event streams written by hand, for the observers' tests: what a hart would publish when a guest
// behind the hypervisor (or alone on the platform) does one thing.
#pragma once

#include <cstdint>

#include "platform/report/observation.hpp"

namespace cyclevisor::bench {

// RV64 encodings (unprivileged specification, "RV32/64G Instruction Set Listings").
constexpr std::uint32_t csrrw(unsigned rd, unsigned csr, unsigned rs1) {
  return csr << 20 | rs1 << 15 | 1u << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t csrrs(unsigned rd, unsigned csr, unsigned rs1) {
  return csr << 20 | rs1 << 15 | 2u << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t csrrc(unsigned rd, unsigned csr, unsigned rs1) {
  return csr << 20 | rs1 << 15 | 3u << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t load(unsigned funct3, unsigned rd, unsigned rs1) {
  return rs1 << 15 | funct3 << 12 | rd << 7 | 0x03;
}
constexpr std::uint32_t store(unsigned funct3, unsigned rs2, unsigned rs1) {
  return rs2 << 20 | rs1 << 15 | funct3 << 12 | 0x23;
}
constexpr std::uint32_t mret = 0x30200073;
constexpr std::uint32_t wfi = 0x10500073;
constexpr std::uint32_t nop = 0x13;

constexpr unsigned mstatus = 0x300;
constexpr unsigned mie = 0x304;
constexpr unsigned mtvec = 0x305;
constexpr unsigned mcause = 0x342;

constexpr std::uint64_t mtimecmp = 0x0200'4000;
constexpr std::uint64_t mtime = 0x0200'bff8;
constexpr std::uint64_t timer_interrupt = Trap::interrupt_bit | 7;

constexpr std::uint64_t code = 0x8000'0100;    ///< where the guest runs
constexpr std::uint64_t vector = 0x8000'0800;  ///< its trap vector

inline ObservedPlatform two_vms() {
  ObservedPlatform platform;
  platform.vms = {{1, "rtos", PhysicalAddress(0x8100'0000), 0x100'0000, PhysicalAddress(0)},
                  {2, "tickless", PhysicalAddress(0x8200'0000), 0x100'0000, PhysicalAddress(0)}};
  return platform;
}

inline ObservedPlatform one_native() {
  ObservedPlatform platform;
  platform.arrangement = native_arrangement();
  platform.vms = {{1, "rtos", PhysicalAddress(0x8000'0000), 0x800'0000, PhysicalAddress(0)}};
  return platform;
}

/// Guests under the hypervisor. Each call is one thing that happens at a cycle; cycles must not
/// decrease.
class Hypervised {
 public:
  explicit Hypervised(const ObservedPlatform& platform = two_vms()) : seen(platform) {
    seen.attach(stream);
  }

  void select(unsigned vm, std::uint64_t cycle) {
    vm_ = vm;
    stream.publish(
        AddressSpace{Cycle(cycle), std::uint64_t{8} << 60 | std::uint64_t{vm} << 44, 0, 0});
  }
  void trap(std::uint64_t cycle, std::uint64_t cause, std::uint64_t epc,
            std::uint32_t instruction = 0, std::uint64_t tval = 0) {
    Trap event;
    event.cycle = Cycle(cycle);
    event.cause = cause;
    event.epc = VirtualAddress(epc);
    event.instruction = instruction;
    event.tval = tval;
    event.from = PrivilegeMode::user;
    event.to = PrivilegeMode::machine;
    event.x = x;
    stream.publish(event);
  }
  void resume(std::uint64_t cycle, std::uint64_t target) {
    TrapReturn event;
    event.cycle = Cycle(cycle);
    event.instruction = mret;
    event.from = PrivilegeMode::machine;
    event.to = PrivilegeMode::user;
    event.target = VirtualAddress(target);
    event.x = x;
    stream.publish(event);
  }
  void retire(std::uint64_t cycle, std::uint64_t pc) {
    Retire event = retired(cycle, pc);
    stream.publish(event);
  }
  /// An instruction of the running guest, inside its partition.
  Retire retired(std::uint64_t cycle, std::uint64_t pc) const {
    Retire event;
    event.cycle = Cycle(cycle);
    event.pc = VirtualAddress(pc);
    event.instruction = nop;
    event.mode = PrivilegeMode::user;
    event.physical_pc = physical(pc);
    return event;
  }
  PhysicalAddress physical(std::uint64_t guest_physical) const {
    return seen.platform.find(vm_)->partition + (guest_physical - 0x8000'0000);
  }
  void line(std::uint64_t cycle, bool level) {
    stream.publish(InterruptLine{Cycle(cycle), 7, level});
  }

  // --- One instruction of the guest that traps at `cycle` and is emulated by `done`.
  void emulate(std::uint64_t cycle, std::uint64_t done, std::uint64_t pc,
               std::uint32_t instruction) {
    trap(cycle, 2, pc, instruction, instruction);
    resume(done, pc + 4);
  }
  void write_csr(std::uint64_t cycle, std::uint64_t done, unsigned csr, std::uint64_t value,
                 std::uint64_t pc = code) {
    x[5] = value;
    emulate(cycle, done, pc, csrrw(0, csr, 5));
  }
  void read_csr(std::uint64_t cycle, std::uint64_t done, unsigned csr, std::uint64_t value,
                std::uint64_t pc = code) {
    trap(cycle, 2, pc, csrrs(6, csr, 0));
    x[6] = value;
    resume(done, pc + 4);
  }
  void store_trap(std::uint64_t cycle, std::uint64_t address, std::uint64_t value,
                  unsigned funct3 = 3, std::uint64_t pc = code) {
    x[10] = address;
    x[11] = value;
    trap(cycle, 15, pc, store(funct3, 11, 10), address);
  }
  void store_device(std::uint64_t cycle, std::uint64_t done, std::uint64_t address,
                    std::uint64_t value, unsigned funct3 = 3, std::uint64_t pc = code) {
    store_trap(cycle, address, value, funct3, pc);
    resume(done, pc + 4);
  }
  void load_device(std::uint64_t cycle, std::uint64_t done, std::uint64_t address,
                   std::uint64_t result, unsigned funct3 = 3, std::uint64_t pc = code) {
    x[10] = address;
    trap(cycle, 13, pc, load(funct3, 12, 10), address);
    x[12] = result;
    resume(done, pc + 4);
  }
  void guest_mret(std::uint64_t cycle, std::uint64_t done, std::uint64_t pc, std::uint64_t target) {
    trap(cycle, 2, pc, mret, mret);
    resume(done, target);
  }

  /// VM 1 runs with its vector set and its timer interrupt enabled. Takes cycles 0 to 99.
  void start(std::uint64_t vector_csr = vector) {
    select(1, 0);
    resume(10, code);
    write_csr(20, 30, mtvec, vector_csr);
    write_csr(40, 50, mie, 0x80);
    write_csr(60, 99, mstatus, 0x8);
  }

  EventStream stream;
  Observation seen;
  IntegerRegisters x{};

 private:
  unsigned vm_ = 0;
};

/// The one guest of a native run, in M-mode.
class Native {
 public:
  explicit Native(const ObservedPlatform& platform = one_native()) : seen(platform) {
    seen.attach(stream);
  }

  void retire(std::uint64_t cycle, std::uint64_t pc, std::uint32_t instruction = nop) {
    stream.publish(retired(cycle, pc, instruction));
  }
  Retire retired(std::uint64_t cycle, std::uint64_t pc, std::uint32_t instruction) const {
    Retire event;
    event.cycle = Cycle(cycle);
    event.pc = VirtualAddress(pc);
    event.physical_pc = PhysicalAddress(pc);
    event.instruction = instruction;
    return event;
  }
  void write_csr(std::uint64_t cycle, unsigned csr, std::uint64_t value) {
    Retire event = retired(cycle, code, csrrw(0, csr, 5));
    event.csr = static_cast<std::uint16_t>(csr);
    event.csr_value = value;
    stream.publish(event);
  }
  void read_csr(std::uint64_t cycle, unsigned csr, std::uint64_t value) {
    Retire event = retired(cycle, code, csrrs(6, csr, 0));
    event.rd = 6;
    event.rd_value = value;
    stream.publish(event);
  }
  void access(std::uint64_t began, std::uint64_t cycle, MemoryAccess::Kind kind,
              std::uint64_t address, unsigned bytes, std::uint64_t value) {
    BusTransfer transfer;
    transfer.cycle = Cycle(began);
    transfer.end = Cycle(cycle);
    transfer.address = PhysicalAddress(address);
    transfer.bytes = static_cast<std::uint8_t>(bytes);
    transfer.write = kind == MemoryAccess::Kind::store;
    transfer.data = value;
    stream.publish(transfer);
    Retire event = retired(cycle, code,
                           kind == MemoryAccess::Kind::store ? store(3, 11, 10) : load(3, 12, 10));
    event.access = {kind, static_cast<std::uint8_t>(bytes), VirtualAddress(address),
                    PhysicalAddress(address), value};
    stream.publish(event);
  }
  void store_device(std::uint64_t began, std::uint64_t cycle, std::uint64_t address,
                    std::uint64_t value, unsigned bytes = 8) {
    access(began, cycle, MemoryAccess::Kind::store, address, bytes, value);
  }
  void load_device(std::uint64_t began, std::uint64_t cycle, std::uint64_t address,
                   std::uint64_t value, unsigned bytes = 8) {
    access(began, cycle, MemoryAccess::Kind::load, address, bytes, value);
  }
  void interrupt(std::uint64_t cycle, std::uint64_t number = 7) {
    Trap event;
    event.cycle = Cycle(cycle);
    event.epc = VirtualAddress(code);
    event.cause = Trap::interrupt_bit | number;
    event.vector = VirtualAddress(vector);
    stream.publish(event);
  }
  void machine_return(std::uint64_t cycle) {
    retire(cycle, vector + 0x20, mret);
    TrapReturn event;
    event.cycle = Cycle(cycle);
    event.instruction = mret;
    event.target = VirtualAddress(code);
    stream.publish(event);
  }
  void line(std::uint64_t cycle, bool level) {
    stream.publish(InterruptLine{Cycle(cycle), 7, level});
  }
  void start() {
    write_csr(20, mtvec, vector);
    write_csr(40, mie, 0x80);
    write_csr(60, mstatus, 0x8);
  }

  EventStream stream;
  Observation seen;
};

}  // namespace cyclevisor::bench
