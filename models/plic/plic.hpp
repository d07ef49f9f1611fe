// The platform-level interrupt controller of QEMU's `virt` machine (RISC-V PLIC specification 1.0).
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "models/bus/register_target.hpp"

namespace cyclevisor {

/// 95 level-triggered sources with priorities 0..7 and two contexts, M-mode and S-mode of hart 0.
/// Registers are 32 bits wide and accept 32-bit accesses only; the gaps between them read zero and
/// ignore writes.
class Plic : public RegisterTarget {
 public:
  static constexpr unsigned sources = 95;  ///< numbered from 1; 0 means "no interrupt"
  enum Context : unsigned { machine, supervisor, contexts };

  /// Receives the new level of a context's interrupt line whenever it changes.
  using Output = std::function<void(Context context, bool level)>;

  Plic(sc_core::sc_module_name name, sc_core::sc_time access_time, Output output);

  /// Sets the level of a device's interrupt wire; std::out_of_range unless `source` is
  /// 1..`sources`.
  void set_source(unsigned source, bool level);

 private:
  static constexpr unsigned words = sources / 32 + 1;
  using Bits = std::array<std::uint32_t, words>;

  struct ContextState {
    Bits enable{};
    std::uint32_t threshold = 0;
    bool level = false;
  };

  std::vector<Register> register_table();
  std::uint32_t best(const ContextState& context) const;
  std::uint32_t claim(const ContextState& context);
  void complete(const ContextState& context, std::uint64_t source);
  void request(unsigned source);
  void update();

  Output output_;
  std::array<std::uint32_t, sources + 1> priority_{};
  Bits wires_{};       ///< levels driven by the devices
  Bits pending_{};     ///< requests forwarded by the gateways and not yet claimed
  Bits in_service_{};  ///< claimed and not completed: the gateway forwards no further request
  std::array<ContextState, contexts> contexts_;
};

}  // namespace cyclevisor
