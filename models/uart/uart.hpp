// The serial port of QEMU's `virt` machine: an ns16550a with 16-byte FIFOs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

#include "models/bus/register_target.hpp"

namespace cyclevisor {

/// Eight byte-wide registers as in the data sheet of National Semiconductor's PC16550D. The
/// transmitter takes no time: a character written to THR is sent at once, so THRE and TEMT always
/// read 1. Arriving characters are queued until the receiver has room: there are no overruns.
class Uart : public RegisterTarget {
 public:
  /// Receives each transmitted character.
  using Output = std::function<void(std::uint8_t)>;
  /// Receives the new level of the INTR pin whenever it changes.
  using Interrupt = std::function<void(bool level)>;

  Uart(sc_core::sc_module_name name, sc_core::sc_time access_time, Output output,
       Interrupt interrupt);

  /// A character arrives at the SIN pin.
  void receive(std::uint8_t character);

 private:
  std::uint64_t read_rbr();
  std::uint64_t peek_rbr() const;
  void write_thr(std::uint64_t value);
  void write_ier(std::uint64_t value);
  std::uint64_t read_iir();
  std::uint64_t iir() const;
  void write_fcr(std::uint64_t value);
  void write_mcr(std::uint64_t value);
  std::uint64_t lsr() const;
  std::uint64_t read_msr();
  std::uint64_t msr() const { return modem_status_ | modem_changes_; }
  std::uint8_t modem_lines() const;

  bool divisor_latch_access() const;
  bool fifos_enabled() const;
  std::size_t receiver_depth() const;
  std::size_t trigger_level() const;
  void fill_receiver();
  void update_interrupt();

  Output output_;
  Interrupt interrupt_;
  std::deque<std::uint8_t> arriving_;
  std::deque<std::uint8_t> receiver_;
  bool transmitter_interrupt_ = false;  ///< THR-empty interrupt not yet acknowledged
  bool intr_ = false;
  std::uint8_t dll_ = 0;
  std::uint8_t dlm_ = 0;
  std::uint8_t ier_ = 0;
  std::uint8_t fcr_ = 0;
  std::uint8_t lcr_ = 0;
  std::uint8_t mcr_ = 0;
  std::uint8_t modem_status_ = 0;   ///< MSR bits 7..4
  std::uint8_t modem_changes_ = 0;  ///< MSR bits 3..0
  std::uint8_t scr_ = 0;
};

}  // namespace cyclevisor
