#include "hypervisor/virtual/uart.hpp"

namespace cyclevisor::hypervisor {
namespace {

enum Offset : unsigned {
  rbr_thr_dll = 0,
  ier_dlm = 1,
  iir_fcr = 2,
  lcr = 3,
  mcr = 4,
  lsr = 5,
  msr = 6,
  scr = 7,
};

constexpr uint8_t ier_received_data = 0x01;
constexpr uint8_t ier_transmitter_empty = 0x02;
constexpr uint8_t lsr_data_ready = 0x01;
constexpr uint8_t lsr_transmitter_idle = 0x60;  // THRE and TEMT
constexpr uint8_t iir_none = 0x01;
constexpr uint8_t iir_transmitter_empty = 0x02;
constexpr uint8_t iir_received_data = 0x04;
constexpr uint8_t iir_fifos_enabled = 0xc0;
constexpr uint8_t msr_connected = 0xb0;  // DCD, DSR and CTS: a terminal is connected

}  // namespace

uint8_t VirtualUart::read(unsigned offset) {
  switch (offset) {
    case rbr_thr_dll:
      return divisor_latch() ? dll_ : receive();
    case ier_dlm:
      return divisor_latch() ? dlm_ : ier_;
    case iir_fcr:
      return interrupt_identification();
    case lcr:
      return lcr_;
    case mcr:
      return mcr_;
    case lsr:
      return static_cast<uint8_t>(lsr_transmitter_idle | (data_ready() ? lsr_data_ready : 0));
    case msr:
      return modem_status();
    default:
      return scr_;
  }
}

void VirtualUart::write(unsigned offset, uint8_t value) {
  switch (offset) {
    case rbr_thr_dll:
      if (divisor_latch()) {
        dll_ = value;
      } else {
        transmit(value);
      }
      break;
    case ier_dlm:
      if (divisor_latch()) {
        dlm_ = value;
      } else {
        set_interrupt_enable(value);
      }
      break;
    case iir_fcr:
      fifos_enabled_ = (value & 1) != 0;
      break;
    case lcr:
      lcr_ = value;
      break;
    case mcr:
      set_modem_control(value);
      break;
    case scr:
      scr_ = value;
      break;
    default:  // LSR and MSR are read-only
      break;
  }
}

void VirtualUart::set_interrupt_enable(uint8_t value) {
  // Enabling the interrupt while the transmitter is empty raises it at once.
  if (~ier_ & value & ier_transmitter_empty) transmitter_interrupt_ = true;
  ier_ = value & 0x0f;
  watch_input();
}

void VirtualUart::set_modem_control(uint8_t value) {
  mcr_ = value & 0x1f;
  watch_input();
}

/// Lets the physical UART interrupt, or not.
void VirtualUart::watch_input() {
  if ((ier_ & ier_received_data) && !loopback() && !input_noticed_) {
    console_.interrupt_on_input();
  } else {
    console_.never_interrupt();
  }
}

void VirtualUart::input_has_come() {
  input_noticed_ = true;
  console_.never_interrupt();
}

bool VirtualUart::interrupt() const {
  if ((ier_ & ier_received_data) && (loopback() ? looped_back_ : input_noticed_)) return true;
  return (ier_ & ier_transmitter_empty) && transmitter_interrupt_;
}

bool VirtualUart::data_ready() const { return loopback() ? looped_back_ : console_.has_input(); }

uint8_t VirtualUart::receive() {
  if (loopback()) {
    looped_back_ = false;
    return loopback_data_;
  }
  const uint8_t character = console_.get();
  if (input_noticed_ && !console_.has_input()) {
    input_noticed_ = false;
    watch_input();
  }
  return character;
}

void VirtualUart::transmit(uint8_t value) {
  if (loopback()) {
    loopback_data_ = value;
    looped_back_ = true;
  } else {
    console_.put(static_cast<char>(value));
  }
  transmitter_interrupt_ = true;  // the transmitter is empty again
}

uint8_t VirtualUart::interrupt_identification() {
  const uint8_t fifos = fifos_enabled_ ? iir_fifos_enabled : uint8_t{0};
  if ((ier_ & ier_received_data) && data_ready()) return fifos | iir_received_data;
  if ((ier_ & ier_transmitter_empty) && transmitter_interrupt_) {
    transmitter_interrupt_ = false;
    return fifos | iir_transmitter_empty;
  }
  return fifos | iir_none;
}

uint8_t VirtualUart::modem_status() const {
  if (!loopback()) return msr_connected;
  // Loopback connects RTS to CTS, DTR to DSR, OUT1 to RI and OUT2 to DCD.
  const unsigned outputs = mcr_;
  return static_cast<uint8_t>((outputs & 0x02) << 3 | (outputs & 0x01) << 5 |
                              (outputs & 0x04) << 4 | (outputs & 0x08) << 4);
}

}  // namespace cyclevisor::hypervisor
