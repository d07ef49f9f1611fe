#include "models/uart/uart.hpp"

#include <utility>

namespace cyclevisor {
namespace {

// Bit names of the PC16550D data sheet, section 8.
constexpr std::uint8_t ier_erbfi = 0x01;  // received data available
constexpr std::uint8_t ier_etbei = 0x02;  // transmitter holding register empty
constexpr std::uint8_t ier_elsi = 0x04;   // receiver line status
constexpr std::uint8_t ier_edssi = 0x08;  // modem status
constexpr std::uint8_t ier_mask = ier_erbfi | ier_etbei | ier_elsi | ier_edssi;

constexpr std::uint8_t iir_none = 0x01;
constexpr std::uint8_t iir_modem_status = 0x00;
constexpr std::uint8_t iir_transmitter_empty = 0x02;
constexpr std::uint8_t iir_data_available = 0x04;
constexpr std::uint8_t iir_character_timeout = 0x0c;
constexpr std::uint8_t iir_fifos_enabled = 0xc0;

constexpr std::uint8_t fcr_enable = 0x01;
constexpr std::uint8_t fcr_receiver_reset = 0x02;
constexpr std::uint8_t fcr_kept = 0xc9;  // the reset bits clear themselves

constexpr std::uint8_t lcr_dlab = 0x80;

constexpr std::uint8_t mcr_dtr = 0x01;
constexpr std::uint8_t mcr_rts = 0x02;
constexpr std::uint8_t mcr_out1 = 0x04;
constexpr std::uint8_t mcr_out2 = 0x08;
constexpr std::uint8_t mcr_loop = 0x10;
constexpr std::uint8_t mcr_mask = 0x1f;

constexpr std::uint8_t lsr_data_ready = 0x01;
constexpr std::uint8_t lsr_thre = 0x20;
constexpr std::uint8_t lsr_temt = 0x40;

constexpr std::uint8_t msr_cts = 0x10;
constexpr std::uint8_t msr_dsr = 0x20;
constexpr std::uint8_t msr_ri = 0x40;
constexpr std::uint8_t msr_dcd = 0x80;
constexpr std::uint8_t msr_teri = 0x04;

std::uint8_t byte(std::uint64_t value) { return static_cast<std::uint8_t>(value); }

}  // namespace

Uart::Uart(sc_core::sc_module_name name, sc_core::sc_time access_time, Output output,
           Interrupt interrupt)
    : RegisterTarget(name, access_time),
      output_(std::move(output)),
      interrupt_(std::move(interrupt)),
      modem_status_(modem_lines()) {
  using Value = std::uint64_t;
  // clang-format off
  declare({
      // name      offset bytes  read                            write                                 peek
      {"RBR/THR/DLL", 0, 1, [this] { return read_rbr(); },       [this](Value v) { write_thr(v); },    [this] { return peek_rbr(); }},
      {"IER/DLM",     1, 1, [this] { return divisor_latch_access() ? dlm_ : ier_; },
                                                                 [this](Value v) { write_ier(v); },    {}},
      {"IIR/FCR",     2, 1, [this] { return read_iir(); },       [this](Value v) { write_fcr(v); },    [this] { return iir(); }},
      {"LCR",         3, 1, [this] { return lcr_; },             [this](Value v) { lcr_ = byte(v); },  {}},
      {"MCR",         4, 1, [this] { return mcr_; },             [this](Value v) { write_mcr(v); },    {}},
      {"LSR",         5, 1, [this] { return lsr(); },            {},                                   {}},
      {"MSR",         6, 1, [this] { return read_msr(); },       {},                                   [this] { return msr(); }},
      {"SCR",         7, 1, [this] { return scr_; },             [this](Value v) { scr_ = byte(v); },  {}},
  });
  // clang-format on
}

bool Uart::divisor_latch_access() const { return (lcr_ & lcr_dlab) != 0; }
bool Uart::fifos_enabled() const { return (fcr_ & fcr_enable) != 0; }
std::size_t Uart::receiver_depth() const { return fifos_enabled() ? 16 : 1; }

std::size_t Uart::trigger_level() const {
  constexpr std::size_t levels[] = {1, 4, 8, 14};
  return fifos_enabled() ? levels[fcr_ >> 6] : 1;
}

void Uart::receive(std::uint8_t character) {
  arriving_.push_back(character);
  fill_receiver();
  update_interrupt();
}

void Uart::fill_receiver() {
  // In loop mode SIN is disconnected (8.5).
  if ((mcr_ & mcr_loop) != 0) return;
  while (!arriving_.empty() && receiver_.size() < receiver_depth()) {
    receiver_.push_back(arriving_.front());
    arriving_.pop_front();
  }
}

std::uint64_t Uart::read_rbr() {
  if (divisor_latch_access()) return dll_;
  if (receiver_.empty()) return 0;
  const std::uint8_t character = receiver_.front();
  receiver_.pop_front();
  fill_receiver();
  update_interrupt();
  return character;
}

std::uint64_t Uart::peek_rbr() const {
  if (divisor_latch_access()) return dll_;
  return receiver_.empty() ? 0 : receiver_.front();
}

void Uart::write_thr(std::uint64_t value) {
  if (divisor_latch_access()) {
    dll_ = byte(value);
    return;
  }
  if ((mcr_ & mcr_loop) == 0) {
    output_(byte(value));
  } else if (receiver_.size() < receiver_depth()) {
    receiver_.push_back(byte(value));
  }
  // The write acknowledges the interrupt, and the register becomes empty again at once.
  transmitter_interrupt_ = true;
  update_interrupt();
}

void Uart::write_ier(std::uint64_t value) {
  if (divisor_latch_access()) {
    dlm_ = byte(value);
    return;
  }
  const std::uint8_t written = byte(value) & ier_mask;
  // Enabling the interrupt while THR is empty raises it (8.7).
  if ((written & ~ier_ & ier_etbei) != 0) transmitter_interrupt_ = true;
  ier_ = written;
  update_interrupt();
}

std::uint64_t Uart::iir() const {
  const std::uint8_t fifos = fifos_enabled() ? iir_fifos_enabled : 0;
  if ((ier_ & ier_erbfi) != 0 && receiver_.size() >= trigger_level()) {
    return fifos | iir_data_available;
  }
  // Characters below the trigger level: the timeout of four character times expires at once.
  if ((ier_ & ier_erbfi) != 0 && !receiver_.empty()) return fifos | iir_character_timeout;
  if ((ier_ & ier_etbei) != 0 && transmitter_interrupt_) return fifos | iir_transmitter_empty;
  if ((ier_ & ier_edssi) != 0 && modem_changes_ != 0) return fifos | iir_modem_status;
  return fifos | iir_none;
}

std::uint64_t Uart::read_iir() {
  const std::uint64_t value = iir();
  // Reading IIR acknowledges the THR-empty interrupt if it is the one reported (table VI).
  if ((value & 0x0f) == iir_transmitter_empty) transmitter_interrupt_ = false;
  update_interrupt();
  return value;
}

void Uart::write_fcr(std::uint64_t value) {
  const bool enable_changes = ((byte(value) ^ fcr_) & fcr_enable) != 0;
  if (enable_changes || (value & fcr_receiver_reset) != 0) receiver_.clear();
  // The other bits are programmed only together with the enable bit (8.4).
  fcr_ = (value & fcr_enable) != 0 ? byte(value) & fcr_kept : 0;
  fill_receiver();
  update_interrupt();
}

std::uint8_t Uart::modem_lines() const {
  // Outside loop mode the modem lines report a device that is connected and ready.
  if ((mcr_ & mcr_loop) == 0) return msr_cts | msr_dsr | msr_dcd;
  std::uint8_t lines = 0;
  if ((mcr_ & mcr_rts) != 0) lines |= msr_cts;
  if ((mcr_ & mcr_dtr) != 0) lines |= msr_dsr;
  if ((mcr_ & mcr_out1) != 0) lines |= msr_ri;
  if ((mcr_ & mcr_out2) != 0) lines |= msr_dcd;
  return lines;
}

void Uart::write_mcr(std::uint64_t value) {
  mcr_ = byte(value) & mcr_mask;
  const std::uint8_t before = modem_status_;
  modem_status_ = modem_lines();
  const std::uint8_t changed = before ^ modem_status_;
  modem_changes_ |= (changed & (msr_cts | msr_dsr | msr_dcd)) >> 4;
  // TERI records only the trailing edge of RI.
  if ((before & ~modem_status_ & msr_ri) != 0) modem_changes_ |= msr_teri;
  fill_receiver();
  update_interrupt();
}

std::uint64_t Uart::lsr() const {
  return (receiver_.empty() ? 0 : lsr_data_ready) | lsr_thre | lsr_temt;
}

std::uint64_t Uart::read_msr() {
  const std::uint64_t value = msr();
  modem_changes_ = 0;
  update_interrupt();
  return value;
}

void Uart::update_interrupt() {
  const bool level = (iir() & iir_none) == 0;
  if (level == intr_) return;
  intr_ = level;
  interrupt_(level);
}

}  // namespace cyclevisor
