// Synchronous exceptions: what an instruction that cannot complete reports.
#pragma once

#include <cstdint>

#include "models/mmu/access.hpp"

namespace cyclevisor {

/// Exception codes of `mcause` (privileged specification, "Machine Cause Register").
enum class ExceptionCause : std::uint8_t {
  instruction_address_misaligned = 0,
  instruction_access_fault = 1,
  illegal_instruction = 2,
  breakpoint = 3,
  load_address_misaligned = 4,
  load_access_fault = 5,
  store_address_misaligned = 6,
  store_access_fault = 7,
  environment_call_from_user = 8,
  environment_call_from_supervisor = 9,
  environment_call_from_virtual_supervisor = 10,
  environment_call_from_machine = 11,
  instruction_page_fault = 12,
  load_page_fault = 13,
  store_page_fault = 15,
  instruction_guest_page_fault = 20,
  load_guest_page_fault = 21,
  virtual_instruction = 22,
  store_guest_page_fault = 23,
};

constexpr ExceptionCause cause_of(ProtectionCause cause) {
  return static_cast<ExceptionCause>(cause);
}

/// Whether xtval holds an address of a virtual machine: the value of mstatus.GVA and hstatus.GVA.
enum class TrapValue : std::uint8_t { other, guest_virtual_address };

struct Exception {
  ExceptionCause cause = ExceptionCause::illegal_instruction;
  std::uint64_t tval = 0;
  /// For mtval2 and htval: the guest physical address shifted right by 2, or 0.
  std::uint64_t tval2 = 0;
  /// For mtinst and htinst: a transformed instruction, a pseudoinstruction, or 0.
  std::uint64_t tinst = 0;
  TrapValue trap_value = TrapValue::other;
};

}  // namespace cyclevisor
