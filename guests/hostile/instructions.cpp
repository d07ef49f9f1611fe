#include "guests/common/csr.hpp"
#include "guests/common/finish.hpp"
#include "guests/common/timer.hpp"
#include "guests/hostile/attacks.hpp"
#include "guests/hostile/encode.hpp"
#include "guests/hostile/guarded.hpp"

namespace {

constexpr uint32_t system_opcode = 0x73;

void try_privileged_instructions() {
  constexpr uint32_t sepc = 0x141, a1 = 11;
  constexpr uint32_t instructions[] = {
      0x00000073,  // ecall
      0x00100073,  // ebreak
      0x00200073,  // uret, of a withdrawn extension
      0x10200073,  // sret
      0x20200073,  // hret, withdrawn too
      0x30200073,  // mret
      0x7b200073,  // dret
      0x12000073,  // sfence.vma
      0x12b50073,  // sfence.vma a0, a1
      0x16000073,  // sinval.vma
      0x18000073,  // sfence.w.inval
      0x22000073,  // hfence.vvma
      0x62000073,  // hfence.gvma
      0x6005c573,  // hlv.b a0, (a1)
      0x6c05c573,  // hlv.d a0, (a1)
      0x6435c573,  // hlvx.hu a0, (a1)
      0x62a5c073,  // hsv.b a0, (a1)
      0x00d00073,  // wrs.nto
      0x0000100f,  // fence.i
      0x0005a00f,  // cbo.inval (a1)
      0x00000000,  // illegal by definition
      0xffffffff,  // illegal by definition
      0x00052507,  // flw fa0, (a0): no floating point is on
      0x02007057,  // a vector instruction
  };
  for (const uint32_t instruction : instructions) {
    // sret goes where sepc points, if there is one.
    const uint32_t words[] = {csr_access(csrrw, sepc, 0, a1), instruction};
    const uint32_t alone[] = {instruction};
    attempt(words, Mode::machine, arena_data);
    attempt(alone, Mode::user, arena_data);
    const bool is_sret = instruction == 0x10200073;
    if (!is_sret) attempt(alone, Mode::machine, arena_data);
  }
}

// xorshift64 (Marsaglia), from a fixed seed
uint32_t next_random() {
  static uint64_t state = 0x9e3779b97f4a7c15;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return static_cast<uint32_t>(state >> 16);
}

// Random words as instructions. A loop that one of them happens to make is ended by the timer. In
// M-mode the system instructions are left out: the other attacks have them one by one.
void try_random_words() {
  constexpr unsigned count = 600;
  constexpr uint64_t time_limit = 20'000;  // in ticks of mtime: 2 ms

  csr_write<csr_mie>(mip_mtip);
  timer::set_mtimecmp(timer::mtime() + time_limit);
  for (unsigned i = 0; i != count; ++i) {
    // Three of four words are compressed instructions; every second one shall not be.
    const uint32_t word = next_random() | (i % 2 == 0 ? 3 : 0);
    const uint32_t words[] = {word};
    constexpr Mode modes[] = {Mode::user, Mode::machine};
    for (const Mode mode : modes) {
      if (mode == Mode::machine && (word & 0x7f) == system_opcode) continue;
      const Outcome outcome = attempt(words, 1, mode, arena_data, Interrupts::on);
      if (outcome.mcause == cause_machine_timer) {
        timer::set_mtimecmp(timer::mtime() + time_limit);
      } else if (outcome.mcause & cause_interrupt) {
        fail(hostile_interrupt, "interrupt", outcome.mcause, cause_machine_timer);
      }
    }
  }
  csr_write<csr_mie>(0);
  timer::set_mtimecmp(timer::never);
}

}  // namespace

void attack_instructions() {
  try_privileged_instructions();
  try_random_words();
}
