#include "guests/common/csr.hpp"
#include "guests/common/finish.hpp"
#include "guests/common/timer.hpp"
#include "guests/hostile/attacks.hpp"
#include "guests/hostile/guarded.hpp"

namespace {

constexpr uint32_t jump_to_itself = compressed_pair(0xa001, 0xa001);
constexpr uint64_t mip_msip = 1 << 3;

void expect(const Outcome& outcome, uint64_t cause) {
  if (outcome.mcause != cause) fail(hostile_interrupt, "mcause", outcome.mcause, cause);
}

// The interrupt is due again each time before one more instruction has run.
void storm(uint64_t enabled, uint64_t cause) {
  constexpr unsigned interrupts = 100;
  constexpr uint32_t endless[] = {jump_to_itself};
  csr_write<csr_mie>(enabled);
  for (unsigned i = 0; i != interrupts; ++i) {
    const Mode mode = i % 2 == 0 ? Mode::machine : Mode::user;
    expect(attempt(endless, 1, mode, 0, Interrupts::on), cause);
  }
  csr_write<csr_mie>(0);
}

void timer_storm() {
  const uint64_t deadlines[] = {0, 1, timer::mtime()};
  for (const uint64_t deadline : deadlines) {
    timer::set_mtimecmp(deadline);
    storm(mip_mtip, cause_machine_timer);
  }
  timer::set_mtimecmp(timer::never);
}

void software_storm() {
  timer::reg<uint32_t>(0) = 1;
  storm(mip_msip, cause_machine_software);
  timer::reg<uint32_t>(0) = 0;
}

// wfi with an interrupt pending that is not taken: it has nothing to wait for.
void wfi_storm() {
  constexpr unsigned count = 100;
  csr_write<csr_mie>(mip_mtip);
  timer::set_mtimecmp(0);
  for (unsigned i = 0; i != count; ++i) asm volatile("wfi");
  csr_write<csr_mie>(0);
  timer::set_mtimecmp(timer::never);
  constexpr uint32_t wfi[] = {0x10500073};
  for (unsigned i = 0; i != count; ++i) {
    timer::set_mtimecmp(timer::mtime() + i);
    csr_write<csr_mie>(mip_mtip);
    attempt(wfi, Mode::user, 0);  // illegal there, or it waits
  }
  csr_write<csr_mie>(0);
  timer::set_mtimecmp(timer::never);
}

void ecall_flood() {
  constexpr unsigned count = 200;
  constexpr uint32_t ecall[] = {0x00000073};
  for (unsigned i = 0; i != count; ++i) {
    expect(attempt(ecall, Mode::user, 0), cause_ecall_from_u);
    expect(attempt(ecall, Mode::machine, 0), cause_ecall_from_m);
  }
}

// Deadlines at the ends of the number range: none of them is reached.
void far_deadlines() {
  csr_write<csr_mie>(mip_mtip);
  for (unsigned bit = 48; bit != 64; ++bit) {
    const uint64_t power = uint64_t{1} << bit;
    const uint64_t deadlines[] = {power, ~uint64_t{0} << bit, ~power};
    for (const uint64_t deadline : deadlines) {
      timer::set_mtimecmp_in_halves(deadline);
      const uint64_t read_back = timer::mtimecmp();
      if (read_back != deadline) {
        fail(hostile_interrupt, "mtimecmp reads back", read_back, deadline);
      }
      expect(attempt_at(arena_landing, Mode::machine, 0, Interrupts::on), cause_breakpoint);
    }
  }
  csr_write<csr_mie>(0);
  timer::set_mtimecmp(timer::never);
}

// After all that, the timer still serves this guest: an interrupt comes, and not early.
void timer_still_works() {
  constexpr uint32_t endless[] = {jump_to_itself};
  constexpr uint64_t length = 3000;
  csr_write<csr_mie>(mip_mtip);
  for (unsigned i = 0; i != 10; ++i) {
    const uint64_t deadline = timer::mtime() + length;
    timer::set_mtimecmp(deadline);
    expect(attempt(endless, 1, Mode::machine, 0, Interrupts::on), cause_machine_timer);
    const uint64_t now = timer::mtime();
    if (now < deadline) fail(hostile_interrupt, "interrupt before its deadline", now, deadline);
  }
  csr_write<csr_mie>(0);
  timer::set_mtimecmp(timer::never);
}

}  // namespace

void attack_interrupts() {
  timer_storm();
  software_storm();
  wfi_storm();
  ecall_flood();
  far_deadlines();
  timer_still_works();
}
