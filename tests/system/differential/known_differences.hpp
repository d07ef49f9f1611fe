// The table of known differences between QEMU 7.2 and this hart: QEMU's defects, and choices that
// the specification leaves open.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/hart/execute/core.hpp"
#include "models/hart/isa/instruction.hpp"
#include "tests/system/differential/qemu_trace.hpp"

namespace cyclevisor::differential {

/// Which side is right.
enum class Verdict : std::uint8_t {
  qemu_defect,  ///< QEMU violates the specification
  permitted,    ///< the specification permits both
};

/// How the comparison treats the difference.
enum class Treatment : std::uint8_t {
  masked,         ///< some bits are not compared
  adopted,        ///< the hart continues with QEMU's value
  not_generated,  ///< programs avoid it
  ends_program,   ///< the rest of the program is not compared
};

/// "QEMU defect", "not generated".
const char* name(Verdict verdict);
const char* name(Treatment treatment);

struct KnownDifference {
  std::string_view subject;
  std::string_view difference;
  std::string_view section;  ///< the section of the specification that decides
  Verdict verdict;
  Treatment treatment;
};

const std::vector<KnownDifference>& known_differences();

/// The bits of a logged CSR that are compared.
std::uint64_t compared_bits(LoggedCsr csr, PrivilegeMode mode);

/// The bits of `rd` that are taken from QEMU, because the instruction read a time counter or a
/// value that is known to differ.
std::uint64_t adopted_bits(const Instruction& instruction, PrivilegeMode mode,
                           std::uint64_t mideleg);

/// Whether the instruction reads mtinst or htinst.
bool reads_trap_instruction(const Instruction& instruction);

/// Whether a difference right after the instruction is a known one after which the comparison
/// cannot continue. `core` is the hart before the instruction.
bool ends_comparison(const Instruction& instruction, const Core& core);

/// Whether the last fetch was refused but QEMU may permit it.
bool fetches_user_page(const Core& core);

/// CSRs that programs do not access in a mode.
bool is_avoided_csr(std::uint16_t number, PrivilegeMode mode);

}  // namespace cyclevisor::differential
