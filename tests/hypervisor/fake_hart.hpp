// The physical hart and devices, as far as the hypervisor's logic sees them in unit tests.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "hypervisor/core/vm.hpp"

namespace cyclevisor::hypervisor {

/// What physical_time(), physical_cycles() and physical_instructions() return, and how often
/// discard_fetched_instructions() was called.
struct FakeHart {
  static inline Ticks time = 0;
  static inline std::uint64_t cycles = 0;
  static inline std::uint64_t instructions = 0;
  static inline unsigned fences = 0;
};

/// Registers of an ns16550a whose transmitter is always empty; one byte of output is kept.
struct FakeUart {
  alignas(8) std::uint8_t registers[8] = {0, 0, 0, 0, 0, 0x60, 0, 0};
  PhysicalUart driver() { return PhysicalUart(HostAddress{reinterpret_cast<std::uint64_t>(this)}); }
};

/// A VM with a partition in host memory, ready at the beginning of its DRAM.
class FakeVm {
 public:
  explicit FakeVm(std::size_t bytes = 4096) : memory_(bytes / 8) {
    vm.number = 1;
    vm.partition = HostAddress{reinterpret_cast<std::uint64_t>(memory_.data())};
    vm.partition_bytes = bytes;
    vm.vcpu.pc = guest_dram.value;
    vm.uart = VirtualUart(
        VmConsole(uart.driver(), ConsoleSharing::exclusive, ConsoleInput::connected, "fake"));
  }

  std::uint8_t* memory() { return reinterpret_cast<std::uint8_t*>(memory_.data()); }
  void put_instruction(std::uint64_t address, std::uint32_t instruction, unsigned bytes = 4) {
    std::memcpy(memory() + (address - guest_dram.value), &instruction, bytes);
  }

  FakeUart uart;
  Vm vm;

 private:
  std::vector<std::uint64_t> memory_;
};

}  // namespace cyclevisor::hypervisor
