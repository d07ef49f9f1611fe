// A hart without an engine: fetches, translates and checks one instruction after the other, with no
// pipeline, cache or TLB. It executes on the same Core as the engines; what the engines do
// themselves (fetch, translation, protection and alignment checks of data accesses, their
// exceptions) is implemented here independently, directly from the specification.
#pragma once

#include <cstdint>
#include <optional>

#include "models/hart/base/ports.hpp"
#include "models/hart/execute/core.hpp"

namespace cyclevisor::differential {

class Interpreter {
 public:
  /// The references must outlive the object; `bus` is the one that the core has.
  Interpreter(Core& core, PhysicalBus& bus) : core_(core), bus_(bus) {}

  /// The instruction at the core's pc; null when it cannot be fetched or is illegal: see the core's
  /// `exception`. It stays valid until the next fetch. `at` is the cycle of a bus access.
  const Instruction* fetch(Cycle at);

  /// Executes the instruction of the last fetch. As Core::execute, but a failed memory access is
  /// Step::exception.
  Step execute(const Instruction& instruction, Cycle at);

  /// The bits of the last fetch; 0 if it failed.
  std::uint32_t fetched_bits() const { return fetched_bits_; }

 private:
  /// An explicit memory access of an instruction.
  struct Access {
    TranslationRequest request;
    unsigned bytes = 0;
    bool atomic = false;
  };
  std::optional<Access> access_of(const Instruction& instruction) const;

  /// Translates and checks an access within one page. False: see the core's `exception`.
  bool resolve(const TranslationRequest& request, unsigned bytes, PhysicalAddress& physical);
  bool is_main_memory(PhysicalAddress address, unsigned bytes, AccessType type);
  bool fetch_half(std::uint64_t address, Cycle at, std::uint16_t& half, PhysicalAddress& physical);
  bool prepare(const Access& access, const Instruction& instruction, Cycle at,
               PreparedOperand& operand);
  bool prepare_misaligned(const Access& access, PreparedOperand& operand);
  bool access_device(const Access& access, const Instruction& instruction, Cycle at,
                     PreparedOperand& operand);

  // Set the exception and return false.
  bool fail(ExceptionCause cause, const TranslationRequest& request);
  bool fail_access(const TranslationRequest& request);
  bool fail_translation(const TranslationFault& fault, const TranslationRequest& request);

  Core& core_;
  PhysicalBus& bus_;
  Instruction fetched_;
  std::uint32_t fetched_bits_ = 0;
};

}  // namespace cyclevisor::differential
