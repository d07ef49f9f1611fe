// A VM's PLIC (RISC-V PLIC specification 1.0), laid out as that of QEMU's `virt` machine.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

/// 95 sources and two contexts, whose priorities, enables and thresholds are stored. Of the sources
/// one is connected: the VM's UART. Of the contexts one leads to the hart: 0, machine mode.
class VirtualPlic {
 public:
  static constexpr unsigned uart_source = 10;

  /// `offset` is a multiple of 4. What does not exist reads zero and ignores writes.
  uint32_t read(uint64_t offset);
  void write(uint64_t offset, uint32_t value);

  /// The level of the UART's INTR.
  void set_uart(bool level);

  /// The level of the hart's MEIP.
  bool interrupt() const { return interrupt_; }

 private:
  static constexpr unsigned sources = 95;
  static constexpr unsigned words = sources / 32 + 1;
  static constexpr unsigned contexts = 2;

  bool enabled(unsigned context) const {
    return (enable_[context][uart_source / 32] >> uart_source % 32 & 1) != 0;
  }
  uint32_t claim(unsigned context);
  void complete(unsigned context, uint32_t source);
  void request();
  void update();

  // What `offset` names: one of the registers that only store, or nullptr.
  uint8_t* priority_or_threshold(uint64_t offset);
  uint32_t* enables(uint64_t offset);

  uint8_t priority_[sources + 1] = {};
  uint8_t threshold_[contexts] = {};
  uint32_t enable_[contexts][words] = {};
  bool level_ = false;       ///< of the UART's INTR
  bool pending_ = false;     ///< its request, passed on by the gateway and not claimed
  bool in_service_ = false;  ///< claimed and not completed
  bool interrupt_ = false;
};

}  // namespace cyclevisor::hypervisor
