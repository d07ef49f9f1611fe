// THE table of what QEMU 7.2 does otherwise than this hart although neither is changed for it: its
// known defects and the choices that the specification leaves open.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/hart/core.hpp"
#include "models/hart/isa/instruction.hpp"
#include "tests/system/differential/qemu_trace.hpp"

namespace cyclevisor::differential {

/// Who is right.
enum class Verdict : std::uint8_t {
  qemu_defect,  ///< the specification says otherwise
  permitted,    ///< the specification permits both
};

/// What is done about it.
enum class Treatment : std::uint8_t {
  masked,         ///< some bits are not compared
  adopted,        ///< the hart goes on with QEMU's value
  not_generated,  ///< programs stay clear of it
  ends_program,   ///< what comes after it in the program is not compared
};

/// "QEMU defect", "not generated".
const char* name(Verdict verdict);
const char* name(Treatment treatment);

struct KnownDifference {
  std::string_view subject;
  std::string_view difference;
  std::string_view section;  ///< of the specification: what decides
  Verdict verdict;
  Treatment treatment;
};

const std::vector<KnownDifference>& known_differences();

/// The bits of a logged CSR that are compared.
std::uint64_t compared_bits(LoggedCsr csr, PrivilegeMode mode);

/// The bits that are taken from QEMU of what an instruction has written to `rd`, because it read
/// something that counts time, or that is known to differ.
std::uint64_t adopted_bits(const Instruction& instruction, PrivilegeMode mode,
                           std::uint64_t mideleg);

/// Whether the instruction reads mtinst or htinst.
bool reads_trap_instruction(const Instruction& instruction);

/// Whether a difference right after the instruction is a known one after which there is no going
/// on. `core` is the hart before it.
bool ends_comparison(const Instruction& instruction, const Core& core);

/// Whether a fetch just now was refused that QEMU may permit.
bool fetches_user_page(const Core& core);

/// CSRs that programs do not touch in a mode.
bool is_avoided_csr(std::uint16_t number, PrivilegeMode mode);

}  // namespace cyclevisor::differential
