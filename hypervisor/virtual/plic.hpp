// A VM's PLIC (RISC-V PLIC specification 1.0), laid out as that of QEMU's `virt` machine.
#pragma once

#include "hypervisor/base/types.hpp"
#include "models/base/virt_map.hpp"

namespace cyclevisor::hypervisor {

/// 95 sources and two contexts, whose priorities, enables and thresholds are stored. Of the sources
/// two are connected: the VM's disk and its UART. Of the contexts one leads to the hart: 0, machine mode.
class VirtualPlic {
 public:
  /// In the order of their sources.
  enum class Input : uint8_t { disk, uart };

  /// `offset` is a multiple of 4. What does not exist reads zero and ignores writes.
  uint32_t read(uint64_t offset);
  void write(uint64_t offset, uint32_t value);

  /// The level of a device's interrupt.
  void set_level(Input from, bool level);

  /// The level of the hart's MEIP.
  bool interrupt() const { return interrupt_; }

 private:
  static constexpr unsigned sources = 95;
  static constexpr unsigned words = sources / 32 + 1;
  static constexpr unsigned contexts = 2;

  struct Gateway {
    bool level = false;
    bool pending = false;     ///< its request, passed on and not claimed
    bool in_service = false;  ///< claimed and not completed
  };
  static constexpr unsigned inputs = 2;
  static constexpr unsigned source_of[inputs] = {virt::virtio_interrupt(0), virt::uart_interrupt(0)};

  bool enabled(unsigned context, unsigned source) const {
    return (enable_[context][source / 32] >> source % 32 & 1) != 0;
  }
  /// The input with the highest priority whose request is pending and enabled; `inputs`: there is
  /// none.
  unsigned best(unsigned context) const;
  uint32_t claim(unsigned context);
  void complete(unsigned context, uint32_t source);
  void request(Gateway& gateway);
  void update();

  // What `offset` names: one of the registers that only store, or nullptr.
  uint8_t* priority_or_threshold(uint64_t offset);
  uint32_t* enables(uint64_t offset);

  uint8_t priority_[sources + 1] = {};
  uint8_t threshold_[contexts] = {};
  uint32_t enable_[contexts][words] = {};
  Gateway gateways_[inputs];
  bool interrupt_ = false;
};

}  // namespace cyclevisor::hypervisor
