// What a guest's reads of its virtual CSRs must show, as far as the events tell.
#pragma once

#include <cstdint>
#include <optional>

#include "platform/observe/guest/guest_shadow.hpp"
#include "platform/observe/guest/trapped_instruction.hpp"

namespace cyclevisor {

/// Knows of one guest which bits of mcause and whether mepc follow from the events.
class TrappedCsrs {
 public:
  explicit TrappedCsrs(const GuestShadow& guest) : guest_(guest) {}

  /// A CSR instruction that trapped and has been emulated.
  struct Access {
    Cycle cycle;  ///< trapped
    Cycle done;   ///< rd had the value
    std::uint64_t value = 0;
    std::uint64_t shadowed = 0;  ///< what the shadow held before, of a CSR that it has
  };

  /// The guest is about to be entered at its vector.
  /// @param interrupt its number; nothing for an exception
  /// @param sure neither can have come in place of the other
  /// @param since the virtual hart chose it then or at any time up to `at`
  void expect_cause(std::optional<unsigned> interrupt, bool sure, Cycle since, Cycle at);
  /// Reports the read if a bit of it is known.
  void accessed(const TrappedInstruction& wanted, const Access& access);

 private:
  void expect_mip(GuestCsrRead& read) const;

  const GuestShadow& guest_;
  std::uint64_t mcause_ = 0;
  std::uint64_t mcause_known_ = 0;  ///< bits of it
  bool mepc_known_ = false;
};

}  // namespace cyclevisor
