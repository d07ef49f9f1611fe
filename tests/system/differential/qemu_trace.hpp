// QEMU as the reference: runs a program in qemu-system-riscv64 one instruction at a time and reads
// the registers that it logs before each one.
//
// `-singlestep -d exec,cpu,nochain` makes each instruction a translation block of its own and
// prints the state before executing it. An instruction that cannot be fetched, and an interrupt,
// have no block: only their effects are visible, in the next state.
#pragma once

#include <sys/types.h>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/types.hpp"

namespace cyclevisor::differential {

/// The CSRs in QEMU's log, in its order.
enum class LoggedCsr : std::uint8_t {
  mhartid,
  mstatus,
  hstatus,
  vsstatus,
  mip,
  mie,
  mideleg,
  hideleg,
  medeleg,
  hedeleg,
  mtvec,
  stvec,
  vstvec,
  mepc,
  sepc,
  vsepc,
  mcause,
  scause,
  vscause,
  mtval,
  stval,
  htval,
  mtval2,
  mscratch,
  sscratch,
  satp,
};

inline constexpr std::size_t logged_csr_count = static_cast<std::size_t>(LoggedCsr::satp) + 1;

/// "mstatus".
const char* name(LoggedCsr csr);

/// The state before one instruction.
struct LoggedState {
  std::uint64_t pc = 0;
  PrivilegeMode mode = PrivilegeMode::machine;
  std::array<std::uint64_t, logged_csr_count> csrs{};
  std::array<std::uint64_t, 32> x{};
  /// QEMU omits CSRs that the current mode may not read, e.g. satp with mstatus.TVM.
  std::bitset<logged_csr_count> present;

  bool operator==(const LoggedState& other) const {
    return pc == other.pc && mode == other.mode && csrs == other.csrs && x == other.x;
  }
  std::uint64_t csr(LoggedCsr which) const { return csrs[static_cast<std::size_t>(which)]; }
};

class QemuTrace {
 public:
  /// Starts QEMU's `virt` machine with `image` at 0x8000_0000, where execution begins after a few
  /// instructions of the boot ROM. `cpu` is the -cpu option. Throws std::runtime_error if it cannot
  /// be started.
  QemuTrace(const std::string& cpu, const std::vector<std::uint8_t>& image);
  ~QemuTrace();
  QemuTrace(const QemuTrace&) = delete;
  QemuTrace& operator=(const QemuTrace&) = delete;

  /// Advances to the next state; false at the end of the log. The first call reads the first one.
  /// Throws std::runtime_error when the log does not have the expected form.
  bool advance();
  const LoggedState& current() const { return current_; }

  /// The state after the current one, without advancing; null at the end, and when QEMU has been
  /// silent for a while, as when handlers cannot be fetched.
  const LoggedState* next();

  /// At the end of the log: whether QEMU stopped at an internal assertion.
  bool aborted();

 private:
  bool read_state(LoggedState& state);
  /// False when the dump is another hart's, or at the end of the log.
  bool read_dump(LoggedState& state);
  /// The line at `position_` including its line end, or null at the end of the log.
  const char* read_line(std::size_t& length);
  /// Parses the dump at `position_`; false at the end of the log.
  bool learn_layout();
  /// The text from `position_` on up to `bytes` at least, or null at the end of the log.
  const char* ensure(std::size_t bytes);
  bool refill();

  pid_t process_ = -1;
  int log_ = -1;
  std::vector<char> buffer_;
  std::size_t position_ = 0;
  std::size_t end_ = 0;
  bool end_of_log_ = false;      ///< or silence
  std::uint64_t privilege_ = 3;  ///< of hart 0, from the last "Trace" line

  /// Offsets of the values in a register dump, whose lines all have fixed lengths; 0 = absent.
  std::size_t dump_bytes_ = 0;
  std::size_t pc_offset_ = 0;
  std::size_t first_x_offset_ = 0;
  std::array<std::size_t, logged_csr_count> csr_offsets_{};
  std::array<std::size_t, 32> x_offsets_{};

  bool end_of_file_ = false;
  bool repeats_ = false;  ///< the next dump may repeat the last one
  LoggedState last_;
  LoggedState current_;
  LoggedState next_;
  bool have_next_ = false;
};

}  // namespace cyclevisor::differential
