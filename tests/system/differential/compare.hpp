// Runs one program on QEMU and on the hart and compares them before each instruction.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "models/hart/isa/extensions.hpp"
#include "tests/system/differential/machine.hpp"
#include "tests/system/differential/qemu_trace.hpp"

namespace cyclevisor::differential {

/// Why a comparison ended.
enum class Ending : std::uint8_t {
  limit,     ///< the requested number of instructions was compared
  finished,  ///< the program wrote the finisher
  waits,     ///< WFI with no interrupt pending
  strayed,   ///< the program accessed a device that the hart does not have, or overwrote itself
  stuck,     ///< only traps without instructions follow
  known,     ///< a known difference
  mismatch,
};

inline constexpr std::size_t ending_count = 7;
const char* name(Ending ending);

struct ComparisonResult {
  Ending ending = Ending::limit;
  std::uint64_t instructions = 0;
  std::string report;  ///< of a mismatch: the differences and the preceding instructions
};

/// Statistics of the compared instructions, over all programs.
struct Coverage {
  std::map<PrivilegeMode, std::uint64_t> instructions_by_mode;
  /// Traps by the handler's mode and the value of its xcause.
  std::map<std::pair<PrivilegeMode, std::uint64_t>, std::uint64_t> traps;
  std::vector<std::uint64_t> retired_by_operation;
};

/// The -cpu option that enables these extensions in QEMU.
std::string qemu_cpu(ExtensionSet extensions);

class Comparison {
 public:
  Comparison(ExtensionSet extensions, const std::vector<std::uint8_t>& image, Coverage& coverage);

  ComparisonResult run(std::uint64_t instruction_limit);

 private:
  bool find_start();
  void note(const LoggedState& state);
  /// The differences between the hart and the state, one per line; empty when there are none.
  std::string differences(const LoggedState& state);
  /// A few more CSRs, for understanding a difference.
  std::string context(const LoggedState& state) const;
  std::uint64_t own_csr(LoggedCsr csr) const;
  bool is_compared(LoggedCsr csr) const;
  void execute();
  enum class RefusedAccess : std::uint8_t { no, guest };  ///< whether HLV, HLVX or HSV trapped
  /// Takes over QEMU 7.2's known deviations in a trap.
  void adopt_trap(RefusedAccess access, PrivilegeMode from, const LoggedState& after);
  /// Takes over QEMU's choice among several interrupts for the same mode.
  void adopt_interrupt(const LoggedState& after);
  /// mret, and sret from M-mode.
  void adopt_return(const LoggedState& after);
  void adopt_result(const Instruction& instruction, PrivilegeMode mode, const LoggedState& after);
  std::string history() const;
  /// Whether a recent instruction was not generated: then a program may write CSR values that QEMU
  /// keeps and this hart does not.
  bool has_overwritten_itself() const;

  ExtensionSet extensions_;
  std::vector<std::uint8_t> image_;
  Machine machine_;
  QemuTrace qemu_;
  Coverage& coverage_;
  Machine::Outcome outcome_ = Machine::Outcome::retired;
  std::deque<std::string> history_;

  struct Executed {
    std::uint64_t pc = 0;
    std::uint32_t bits = 0;
    PrivilegeMode mode = PrivilegeMode::machine;
    std::uint64_t trap = 0;  ///< xcause + 1 of a trap that followed, or 0
  };
  static constexpr std::size_t history_length = 24;
  std::array<Executed, history_length> executed_{};
  std::uint64_t executed_count_ = 0;
  bool mprv_known_ = true;    ///< false after a return in which QEMU kept MPRV
  bool htinst_known_ = true;  ///< false after QEMU overwrote it in a trap to VS-mode
  bool may_end_ = false;      ///< a difference now is a known one
};

}  // namespace cyclevisor::differential
