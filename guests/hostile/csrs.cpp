#include "guests/common/csr.hpp"
#include "guests/common/finish.hpp"
#include "guests/hostile/attacks.hpp"
#include "guests/hostile/encode.hpp"
#include "guests/hostile/guarded.hpp"

namespace {

constexpr uint32_t x0 = 0, a0 = 10, a1 = 11, a2 = 12;

// An access that is not allowed is an illegal instruction and nothing else.
void check(const Outcome& outcome, uint32_t number) {
  if (outcome.mcause != cause_breakpoint && outcome.mcause != cause_illegal_instruction) {
    fail(hostile_wrong_cause, "mcause of a CSR access", outcome.mcause, number);
  }
}

}  // namespace

// Each attempt puts back what it found before anything can depend on it, so that mtvec, mstatus or
// pmpcfg0 may be attacked like any other.
void attack_csrs() {
  constexpr uint32_t csr_numbers = 4096;
  constexpr uint32_t mseccfg = 0x747;  // running alone: its bits cannot be put back

  for (uint32_t number = 0; number != csr_numbers; ++number) {
    if (number == mseccfg) continue;
    // Where bits 11:10 are set, the CSR is read-only: the attempt ends at the second access.
    const bool read_only = number >> 10 == 3;
    const uint32_t all_forms[] = {
        read_only ? csr_access(csrrs, number, a0, x0) : csr_access(csrrw, number, a0, a1),
        csr_access(csrrs, number, a2, a1),
        csr_access(csrrc, number, a2, a1),
        csr_access(csrrw, number, x0, a1),
        csr_access(csrrwi, number, x0, 31),
        csr_access(csrrw, number, x0, a0),
    };
    const Outcome outcome = attempt(all_forms, Mode::machine, ~uint64_t{0});
    check(outcome, number);
    if (read_only && outcome.mcause == cause_breakpoint) {
      fail(hostile_wrong_cause, "write to a read-only CSR", outcome.mcause, number);
    }
    // What ends at its first access above has not seen these yet.
    if (number % 8 == 0) {
      const uint32_t read[] = {csr_access(csrrs, number, a0, x0),
                               csr_access(csrrc, number, a0, x0)};
      check(attempt(read, Mode::machine, 0), number);
    }
  }

  // From U-mode all that is not a U-mode CSR (bits 9:8 of the number) traps.
  for (uint32_t number = 0x100; number < csr_numbers; number += 0x35) {
    const uint32_t read[] = {csr_access(csrrs, number, a0, x0)};
    const Outcome outcome = attempt(read, Mode::user, 0);
    const bool is_user_csr = (number >> 8 & 3) == 0;
    if (outcome.mcause != cause_illegal_instruction && !is_user_csr) {
      fail(hostile_wrong_cause, "mcause of a CSR access from U-mode", outcome.mcause, number);
    }
  }
}
