// A VM's virtual ns16550a (register names after the National Semiconductor PC16550D data sheet).
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/virtual/console.hpp"

namespace cyclevisor::hypervisor {

/// Eight byte registers. The transmitter is always empty; received characters stay in the physical
/// UART until the guest reads them. The physical UART interrupts only while the guest has enabled
/// the interrupt for characters and none is pending.
class VirtualUart {
 public:
  VirtualUart() = default;
  explicit VirtualUart(const VmConsole& console) : console_(console) {}

  /// `offset` is 0..7.
  uint8_t read(unsigned offset);
  void write(unsigned offset, uint8_t value);
  void flush() { console_.flush(); }

  /// The physical UART has interrupted.
  void input_has_come();
  /// The level of the INTR pin.
  bool interrupt() const;

 private:
  bool divisor_latch() const { return (lcr_ & 0x80) != 0; }
  bool loopback() const { return (mcr_ & 0x10) != 0; }
  bool data_ready() const;
  uint8_t receive();
  void transmit(uint8_t value);
  void set_interrupt_enable(uint8_t value);
  void set_modem_control(uint8_t value);
  void watch_input();
  uint8_t interrupt_identification();
  uint8_t modem_status() const;

  VmConsole console_;
  uint8_t ier_ = 0;
  uint8_t lcr_ = 0;
  uint8_t mcr_ = 0;
  uint8_t scr_ = 0;
  uint8_t dll_ = 0;
  uint8_t dlm_ = 0;
  bool fifos_enabled_ = false;
  bool transmitter_interrupt_ = false;  ///< THRE interrupt latched, until IIR is read
  bool input_noticed_ = false;          ///< the physical UART has a character, and is quiet
  bool looped_back_ = false;            ///< loopback mode has a character to receive
  uint8_t loopback_data_ = 0;
};

}  // namespace cyclevisor::hypervisor
