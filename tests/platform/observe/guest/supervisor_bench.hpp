// Event streams written by hand: a guest in S-mode behind an M-mode firmware.
#pragma once

#include "tests/platform/observe/bench.hpp"

namespace cyclevisor::bench {

constexpr std::uint32_t ecall = 0x73;
constexpr std::uint32_t sret = 0x10200073;
constexpr unsigned sstatus = 0x100;
constexpr unsigned sie = 0x104;
constexpr unsigned stvec = 0x105;
constexpr unsigned sepc = 0x141;
constexpr unsigned scause = 0x142;
constexpr unsigned stimecmp = 0x14d;
constexpr std::uint64_t supervisor_timer_interrupt = Trap::interrupt_bit | 5;

/// Each call is one thing that happens at a cycle; cycles must not decrease.
class Supervised {
 public:
  Supervised() : seen(platform()) { seen.attach(stream); }

  static ObservedPlatform platform() {
    ObservedPlatform platform = one_native();
    platform.arrangement = firmware_arrangement();
    return platform;
  }

  void retire(std::uint64_t cycle, std::uint64_t pc, std::uint32_t instruction = nop,
              PrivilegeMode mode = PrivilegeMode::supervisor) {
    stream.publish(retired(cycle, pc, instruction, mode));
  }
  static Retire retired(std::uint64_t cycle, std::uint64_t pc, std::uint32_t instruction,
                        PrivilegeMode mode) {
    Retire event;
    event.cycle = Cycle(cycle);
    event.pc = VirtualAddress(pc);
    event.physical_pc = PhysicalAddress(pc);
    event.instruction = instruction;
    event.mode = mode;
    return event;
  }
  void write_csr(std::uint64_t cycle, unsigned csr, std::uint64_t value,
                 PrivilegeMode mode = PrivilegeMode::supervisor) {
    Retire event = retired(cycle, code, csrrw(0, csr, 5), mode);
    event.csr = static_cast<std::uint16_t>(csr);
    event.csr_value = value;
    stream.publish(event);
  }
  void read_csr(std::uint64_t cycle, unsigned csr, std::uint64_t value) {
    Retire event = retired(cycle, code, csrrs(6, csr, 0), PrivilegeMode::supervisor);
    event.rd = 6;
    event.rd_value = value;
    stream.publish(event);
  }
  void trap(std::uint64_t cycle, std::uint64_t cause, PrivilegeMode from, PrivilegeMode to,
            std::uint64_t epc, std::uint64_t target = vector) {
    Trap event;
    event.cycle = Cycle(cycle);
    event.epc = VirtualAddress(epc);
    event.cause = cause;
    event.from = from;
    event.to = to;
    event.vector = VirtualAddress(target);
    event.x = x;
    stream.publish(event);
  }
  void back(std::uint64_t cycle, PrivilegeMode from, PrivilegeMode to, std::uint64_t target) {
    TrapReturn event;
    event.cycle = Cycle(cycle);
    event.instruction = from == PrivilegeMode::machine ? mret : sret;
    event.from = from;
    event.to = to;
    event.target = VirtualAddress(target);
    stream.publish(event);
  }
  void line(std::uint64_t cycle, bool level) {
    stream.publish(InterruptLine{Cycle(cycle), 7, level});
  }

  /// The firmware's part of an interrupt or a call.
  void enter_firmware(std::uint64_t cycle, std::uint64_t cause, std::uint64_t epc = code) {
    trap(cycle, cause, PrivilegeMode::supervisor, PrivilegeMode::machine, epc, firmware);
  }
  void leave_firmware(std::uint64_t cycle, std::uint64_t target) {
    back(cycle, PrivilegeMode::machine, PrivilegeMode::supervisor, target);
  }
  void set_timer(std::uint64_t cycle, std::uint64_t done, std::uint64_t value) {
    x[10] = value;
    x[16] = 0;
    x[17] = 0x54494d45;
    enter_firmware(cycle, 9);
    leave_firmware(done, code + 4);
  }
  /// Delivered to the guest's own vector.
  void interrupt(std::uint64_t cycle, std::uint64_t cause = supervisor_timer_interrupt) {
    trap(cycle, cause, PrivilegeMode::supervisor, PrivilegeMode::supervisor, code);
  }
  void supervisor_return(std::uint64_t cycle) {
    back(cycle, PrivilegeMode::supervisor, PrivilegeMode::supervisor, code);
  }

  /// The firmware starts the guest, which sets its vector and enables its timer interrupt.
  void start() {
    leave_firmware(10, code);
    write_csr(20, stvec, vector);
    write_csr(40, sie, 1 << 5);
    write_csr(60, sstatus, 1 << 1);
  }
  /// A timer interrupt by way of the firmware, up to the handler's first instruction: armed for
  /// mtime 100, cycle 1000.
  void tick() {
    set_timer(100, 150, 100);
    line(1001, true);
    enter_firmware(1003, timer_interrupt);
    leave_firmware(1203, code);
    interrupt(1204);
    retire(1208, vector);
  }

  static constexpr std::uint64_t firmware = 0x8000'0400;

  EventStream stream;
  Observation seen;
  IntegerRegisters x{};
};

}  // namespace cyclevisor::bench
