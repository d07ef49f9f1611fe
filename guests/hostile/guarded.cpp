#include "guests/hostile/guarded.hpp"

#include "guests/common/timer.hpp"

namespace {

struct Start {
  uint64_t pc;
  uint64_t mstatus;
  uint64_t a1;
  uint64_t other_registers;
};

uint64_t attempts;

void fill_with_ebreaks(uintptr_t address, size_t size) {
  auto* const words = reinterpret_cast<volatile uint32_t*>(address);
  for (size_t i = 0; i != size / sizeof(uint32_t); ++i) {
    words[i] = compressed_pair(c_ebreak, c_ebreak);
  }
}

}  // namespace

extern "C" void run_guarded(const Start* start, Outcome* outcome);
extern "C" void guarded_landing();

void prepare_attempts() {
  csr_write<csr_mtvec>(reinterpret_cast<uint64_t>(&guarded_landing));
  // A jump within the arena's data meets an ebreak.
  constexpr size_t half_size = 4096;
  fill_with_ebreaks(arena_data - half_size, 2 * half_size);
  fill_with_ebreaks(arena_landing, 64);
}

Outcome attempt_at(uintptr_t pc, Mode mode, uint64_t argument, Interrupts interrupts) {
  constexpr unsigned mpp_position = 11;
  const Start start = {pc,
                       static_cast<uint64_t>(mode) << mpp_position |
                           (interrupts == Interrupts::on ? mstatus_mpie : 0),
                       argument, arena_data};
  Outcome outcome;
  run_guarded(&start, &outcome);
  ++attempts;
  return outcome;
}

Outcome attempt(const uint32_t* words, size_t count, Mode mode, uint64_t argument,
                Interrupts interrupts) {
  auto* code = reinterpret_cast<volatile uint32_t*>(arena_code);
  for (size_t i = 0; i != count; ++i) *code++ = words[i];
  for (unsigned i = 0; i != 4; ++i) *code++ = compressed_pair(c_ebreak, c_ebreak);
  asm volatile("fence.i" ::: "memory");
  return attempt_at(arena_code, mode, argument, interrupts);
}

void reset_timer() {
  timer::reg<uint32_t>(0) = 0;  // msip
  timer::set_mtimecmp(timer::never);
  timer::set_mtime(0);
}

uint64_t attempt_count() { return attempts; }
