#include "guests/common/finish.hpp"
#include "guests/common/timer.hpp"
#include "guests/hostile/attacks.hpp"
#include "guests/hostile/encode.hpp"
#include "guests/hostile/guarded.hpp"
#include "models/base/virt_map.h"

namespace {

constexpr uint32_t satp = 0x180;
constexpr uint32_t pmpcfg0 = 0x3a0;
constexpr uint32_t pmpaddr0 = 0x3b0;
constexpr uint32_t x0 = 0, a1 = 11;

void try_csr_write(uint32_t number, uint64_t value) {
  const uint32_t write[] = {csr_access(csrrw, number, x0, a1)};
  attempt(write, Mode::machine, value);
}

// Sv39 with one level: eight 1 GiB pages that map the address space's first 8 GiB onto themselves,
// for U-mode with every right.
void build_page_table() {
  auto* const root = reinterpret_cast<volatile uint64_t*>(arena_tables);
  constexpr uint64_t valid_rwxu_accessed_dirty = 0xdf;
  for (uint64_t page = 0; page != 8; ++page) root[page] = page << 28 | valid_rwxu_accessed_dirty;
}

void try_timer_from(Mode mode) {
  constexpr uint32_t read[] = {load(doubleword)};
  constexpr uint32_t write[] = {store(doubleword)};
  attempt(read, mode, timer::base + VIRT_TIMER_MTIME);
  attempt(write, mode, timer::base + VIRT_TIMER_MTIMECMP);
  attempt(read, mode, 0x81000000);
}

}  // namespace

void attack_modes() {
  // Where there is physical memory protection, nothing runs below M-mode without permission.
  try_csr_write(pmpaddr0, ~uint64_t{0});
  constexpr uint64_t everything_rwx = 0x1f;  // NAPOT
  try_csr_write(pmpcfg0, everything_rwx);

  constexpr Mode modes[] = {Mode::user, Mode::supervisor, Mode::reserved, Mode::machine};
  for (const Mode mode : modes) {
    const Outcome outcome = attempt_at(arena_landing, mode, 0, Interrupts::off);
    if (outcome.mcause != cause_breakpoint || outcome.mepc != arena_landing) {
      fail(hostile_wrong_cause, "mret to an ebreak", outcome.mcause, cause_breakpoint);
    }
    try_timer_from(mode);
  }

  build_page_table();
  constexpr uint64_t sv39 = uint64_t{8} << 60;
  for (uint64_t asid = 0; asid != 4; ++asid) {
    try_csr_write(satp, sv39 | asid << 44 | arena_tables >> 12);
    try_timer_from(Mode::user);
    try_timer_from(Mode::supervisor);
    try_timer_from(Mode::machine);
  }
  try_csr_write(satp, 0);

  // Loads and stores of M-mode as if by U-mode: mret has left U in mstatus.MPP.
  constexpr uint32_t lui_a3_mprv = 0x000206b7;  // bit 17
  constexpr uint32_t mstatus = 0x300, a3 = 13;
  constexpr uint32_t set_mprv = csr_access(csrrs, mstatus, x0, a3);
  constexpr uint32_t read_as_user[] = {lui_a3_mprv, set_mprv, load(doubleword)};
  constexpr uint32_t write_as_user[] = {lui_a3_mprv, set_mprv, store(doubleword)};
  constexpr uint64_t addresses[] = {timer::base + VIRT_TIMER_MTIMECMP, 0x81000000, arena_data};
  for (const uint64_t address : addresses) {
    attempt(read_as_user, Mode::machine, address);
    attempt(write_as_user, Mode::machine, address);
  }
  reset_timer();
}
