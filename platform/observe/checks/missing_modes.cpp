#include "platform/observe/checks/missing_modes.hpp"

#include <fmt/format.h>

#include "models/hart/isa/decode.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t illegal_instruction = 2;
// Machine-level CSRs that exist only with S-mode.
constexpr unsigned medeleg = 0x302, mideleg = 0x303;

/// Of S-mode or of the H extension: a CSR whose lowest mode is one of them ("CSR Address Mapping
/// Conventions"), sret, or a translation fence.
bool needs_supervisor(const Instruction& instruction) {
  switch (instruction.instruction_class) {
    case InstructionClass::csr: {
      const auto number = static_cast<unsigned>(instruction.immediate);
      const unsigned level = (number >> 8) & 3;
      return level == 1 || level == 2 || number == medeleg || number == mideleg;
    }
    case InstructionClass::translation_fence:
      return true;
    default:
      return instruction.operation == Operation::sret;
  }
}

}  // namespace

void MissingModes::on(const Trap& event) {
  if (!arrangement_.hypervised() || !arrangement_.leaves_guest(event)) return;
  if (event.cause != illegal_instruction || found_.count(watch_.current()) != 0) return;
  const auto instruction = decode(event.instruction, ExtensionSet::all());
  if (!instruction || !needs_supervisor(*instruction)) return;
  found_[watch_.current()] = fmt::format(
      "its instruction {:#010x} at {:#x} is one of S-mode, which a VM does not have "
      "(docs/hypervisor.md): it is an illegal instruction there",
      event.instruction, event.epc.value);
}

}  // namespace cyclevisor
