#include "guests/rtos/kernel.hpp"

#include "guests/common/csr.hpp"
#include "guests/common/finish.hpp"
#include "guests/common/timer.hpp"
#include "guests/rtos/context.hpp"
#include "guests/rtos/verdict.hpp"

extern "C" const char __text_start[];
extern "C" const char __text_end[];

namespace {

constexpr unsigned stack_size = 4096;
constexpr unsigned main_context = kernel::task_count;  // what called run(), after the tasks

struct Context {
  TrapFrame* frame;  // where it goes on; valid while it is not running
  bool alive;
};

Context contexts[kernel::task_count + 1];
unsigned running;
alignas(16) uint8_t stacks[kernel::task_count][stack_size];

volatile uint64_t tick_counter;
volatile uint64_t deadline = timer::never;  // what mtimecmp holds
uint64_t first_period_start;

// The next task in turn, or what called run() when no task is left.
unsigned next_context() {
  for (unsigned step = 1; step <= kernel::task_count; ++step) {
    const unsigned candidate = (running + step) % kernel::task_count;
    if (contexts[candidate].alive) return candidate;
  }
  return main_context;
}

TrapFrame* switch_from(TrapFrame* interrupted, unsigned next) {
  contexts[running].frame = interrupted;
  running = next;
  return contexts[next].frame;
}

void arm(uint64_t new_deadline) {
  deadline = new_deadline;
  timer::set_mtimecmp(new_deadline);
  const uint64_t read_back = timer::mtimecmp();
  if (read_back != new_deadline) {
    fail(rtos_mtimecmp, "mtimecmp reads back something else", read_back, new_deadline);
  }
}

TrapFrame* take_tick(TrapFrame* interrupted) {
  const uint64_t now = timer::mtime();
  if (now < deadline) fail(rtos_early, "tick before its deadline", now, deadline);
  const uint64_t ticks = tick_counter + 1;
  tick_counter = ticks;
  // The next deadline is one period after this one, not after now: a late tick does not shift
  // those that follow. One that is already past raises the interrupt again at once.
  arm(ticks == kernel::tick_count ? timer::never : deadline + kernel::tick_period);
  return switch_from(interrupted, next_context());
}

// The system call: main starts the tasks with it, a task ends with it.
TrapFrame* take_system_call(TrapFrame* interrupted) {
  const auto instruction = reinterpret_cast<uint64_t>(system_call_instruction);
  if (interrupted->mepc != instruction) {
    fail(rtos_mepc, "mepc of an ecall", interrupted->mepc, instruction);
  }
  interrupted->mepc += 4;
  if (running != main_context) contexts[running].alive = false;
  return switch_from(interrupted, next_context());
}

void create_task(unsigned number, kernel::TaskFunction function) {
  auto* const stack_top = stacks[number] + stack_size;
  auto* const frame = reinterpret_cast<TrapFrame*>(stack_top - sizeof(TrapFrame));
  for (auto& value : frame->x) value = 0;
  // A task begins as if it had been interrupted before its first instruction.
  frame->x[1] = reinterpret_cast<uint64_t>(&system_call);  // ra: returning ends the task
  frame->x[10] = number;                                   // a0
  frame->mepc = reinterpret_cast<uint64_t>(function);
  frame->mstatus = mstatus_mpp | mstatus_mpie;
  contexts[number] = {frame, true};
}

}  // namespace

extern "C" TrapFrame* handle_trap(TrapFrame* interrupted) {
  const auto text_start = reinterpret_cast<uint64_t>(__text_start);
  const auto text_end = reinterpret_cast<uint64_t>(__text_end);
  if (interrupted->mepc < text_start || interrupted->mepc >= text_end) {
    fail(rtos_mepc, "mepc is not in the program", interrupted->mepc, text_start);
  }
  switch (const uint64_t cause = csr_read<csr_mcause>()) {
    case cause_machine_timer:
      return take_tick(interrupted);
    case cause_ecall_from_m:
      return take_system_call(interrupted);
    default:
      fail(rtos_mcause, "mcause", cause, cause_machine_timer);
  }
}

void kernel::run(TaskFunction first, TaskFunction second) {
  create_task(0, first);
  create_task(1, second);
  running = main_context;
  csr_write<csr_mtvec>(reinterpret_cast<uint64_t>(&trap_entry));
  first_period_start = timer::mtime();
  arm(first_period_start + tick_period);
  csr_write<csr_mie>(mip_mtip);
  system_call();
  csr_write<csr_mie>(0);
}

uint64_t kernel::ticks() { return tick_counter; }

uint64_t kernel::start_time() { return first_period_start; }

void kernel::audit_timer() {
  // An interrupt that is due may take a moment to appear in mip ("eventually", says the privileged
  // specification) and more to be taken; one that stays away this long (2 s) is lost.
  constexpr uint64_t patience = 20'000'000;

  const uint64_t ticks = tick_counter;
  const uint64_t last_tick = first_period_start + ticks * tick_period;
  const uint64_t wanted = ticks == tick_count ? timer::never : last_tick + tick_period;
  const uint64_t read_back = timer::mtimecmp();
  if (read_back != wanted) fail(rtos_mtimecmp, "mtimecmp after so many ticks", read_back, wanted);

  uint64_t now = timer::mtime();
  if (now < last_tick) fail(rtos_mtime, "mtime ran backwards", now, last_tick);
  bool pending = csr_read<csr_mip>() & mip_mtip;
  if (now < wanted && pending) {
    now = timer::mtime();
    if (now < wanted) fail(rtos_early, "interrupt pending before its deadline", now, wanted);
  }
  while (now >= wanted && !pending) {
    pending = csr_read<csr_mip>() & mip_mtip;
    now = timer::mtime();
    if (now - wanted > patience) break;
  }
  if (now >= wanted && now - wanted > patience) fail(rtos_lost, "tick is lost", now, wanted);
}
