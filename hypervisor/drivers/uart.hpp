// Driver of a physical ns16550a. Output is polled; input may interrupt.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

class PhysicalUart {
 public:
  PhysicalUart() = default;
  explicit PhysicalUart(HostAddress base)
      : registers_(reinterpret_cast<volatile uint8_t*>(base.value)) {}

  /// Sends one byte; waits until the transmitter takes it, at most one character time.
  void put(char character) const {
    while ((registers_[line_status] & transmitter_empty) == 0) {
    }
    registers_[data] = static_cast<uint8_t>(character);
  }
  void put(const char* text) const {
    for (; *text != 0; ++text) put(*text);
  }

  bool has_input() const { return (registers_[line_status] & data_ready) != 0; }
  /// The received byte; 0 when there is none.
  uint8_t get() const { return has_input() ? registers_[data] : uint8_t{0}; }

  /// Whether the UART interrupts while it has input.
  void interrupt_on_input() const { registers_[interrupt_enable] = received_data_available; }
  void never_interrupt() const { registers_[interrupt_enable] = 0; }

 private:
  static constexpr unsigned data = 0;
  static constexpr unsigned interrupt_enable = 1;
  static constexpr uint8_t received_data_available = 0x01;
  static constexpr unsigned line_status = 5;
  static constexpr uint8_t data_ready = 0x01;
  static constexpr uint8_t transmitter_empty = 0x20;
  volatile uint8_t* registers_ = nullptr;
};

}  // namespace cyclevisor::hypervisor
