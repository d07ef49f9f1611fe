#include "platform/observe/guest/supervisor_registers.hpp"

#include "platform/observe/guest/guest_state.hpp"

namespace cyclevisor {
namespace {

// An interrupt of M-mode has the number of the supervisor's and two more (privileged specification,
// "Machine Interrupt (mip and mie) Registers").
constexpr unsigned levels_between = 2;

constexpr unsigned csr_sstatus = 0x100;
constexpr unsigned csr_sie = 0x104;
constexpr unsigned csr_stvec = 0x105;
constexpr unsigned csr_sepc = 0x141;
constexpr unsigned csr_scause = 0x142;

/// sstatus, or the same bits in mstatus, as the mstatus of a kernel in M-mode.
std::uint64_t as_machine_status(std::uint64_t status) {
  constexpr unsigned sie = 1, spie = 5, spp = 8;
  constexpr unsigned mie = 3, mpie = 7, mpp = 11;
  constexpr std::uint64_t kernel = 3, user = 0;
  const auto bit = [status](unsigned number) { return (status >> number) & 1; };
  return bit(sie) << mie | bit(spie) << mpie | (bit(spp) != 0 ? kernel : user) << mpp;
}

std::uint64_t as_machine_enables(std::uint64_t enables) {
  constexpr std::uint64_t supervisor = 1 << 1 | 1 << 5 | 1 << 9;
  return (enables & supervisor) << levels_between;
}

}  // namespace

std::optional<MachineCsr> as_machine_csr(unsigned number, std::uint64_t value) {
  switch (number) {
    case csr_sstatus:
    case guest_csr::mstatus:
      return MachineCsr{guest_csr::mstatus, as_machine_status(value)};
    case csr_sie:
    case guest_csr::mie:
      return MachineCsr{guest_csr::mie, as_machine_enables(value)};
    case csr_stvec:
      return MachineCsr{guest_csr::mtvec, value};
    case csr_sepc:
      return MachineCsr{guest_csr::mepc, value};
    case csr_scause:
      return MachineCsr{guest_csr::mcause, as_machine_cause(value)};
    case guest_csr::htimedelta:
      return MachineCsr{guest_csr::htimedelta, value};
    default:
      return std::nullopt;
  }
}

std::uint64_t as_machine_cause(std::uint64_t scause) {
  return (scause & Trap::interrupt_bit) != 0 ? scause + levels_between : scause;
}

std::optional<std::uint64_t> timer_call(const Trap& trap) {
  constexpr std::uint64_t ecall_from_supervisor = 9;
  constexpr std::uint64_t extension_time = 0x54494d45;
  constexpr std::uint64_t function_set_timer = 0;
  constexpr std::uint64_t legacy_set_timer = 0;
  constexpr unsigned a0 = 10, a6 = 16, a7 = 17;
  if (trap.cause != ecall_from_supervisor) return std::nullopt;
  const bool standard = trap.x[a7] == extension_time && trap.x[a6] == function_set_timer;
  if (!standard && trap.x[a7] != legacy_set_timer) return std::nullopt;
  return trap.x[a0];
}

}  // namespace cyclevisor
