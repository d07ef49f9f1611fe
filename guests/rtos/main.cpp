// rtos: a periodic tick, two tasks that it preempts in turn, and data that they share.
#include "guests/common/console.hpp"
#include "guests/common/csr.hpp"
#include "guests/common/finish.hpp"
#include "guests/common/registers.hpp"
#include "guests/common/timer.hpp"
#include "guests/rtos/kernel.hpp"
#include "guests/rtos/verdict.hpp"

namespace {

constexpr uint64_t report_interval = 200;  // ticks between progress lines

// Both counters are raised by both tasks, one after the other: they differ inside a critical
// section and nowhere else.
struct SharedData {
  volatile uint64_t first;
  volatile uint64_t second;
};

SharedData shared;
volatile uint64_t rounds_of_task[kernel::task_count];
uint64_t reported_ticks;

void update_shared_data() {
  // Long enough that many ticks fall into it and have to wait.
  constexpr uint64_t rounds_between = 50;

  const CriticalSection lock;
  if (shared.first != shared.second) {
    fail(rtos_shared_data, "two tasks in the critical section", shared.first, shared.second);
  }
  shared.first = shared.first + 1;
  changed_register(shared.first, rounds_between);
  shared.second = shared.second + 1;
}

void report_progress() {
  while (kernel::ticks() >= reported_ticks + report_interval) {
    reported_ticks += report_interval;
    print("rtos: tick ", reported_ticks, "\n");
  }
}

void task(uint64_t number) {
  constexpr unsigned rounds_between_audits = 64;  // or a tick, if that comes first

  uint64_t seen_ticks = 0;
  while (kernel::ticks() < kernel::tick_count) {
    update_shared_data();
    const uint64_t seed = (number + 1) << 32 | rounds_of_task[number];
    if (const uint64_t changed = changed_register(seed, 500)) {
      fail(rtos_registers, "a register changed across a task switch", changed, 0);
    }
    rounds_of_task[number] = rounds_of_task[number] + 1;
    if (seen_ticks != kernel::ticks() || rounds_of_task[number] % rounds_between_audits == 0) {
      seen_ticks = kernel::ticks();
      const CriticalSection lock;
      kernel::audit_timer();
    }
    if (number == 0) report_progress();
  }
  if (number == 0) report_progress();
}

}  // namespace

int main() {
  print("rtos: ", kernel::tick_count, " ticks of ", kernel::tick_period, ", two tasks\n");
  kernel::run(task, task);

  const uint64_t elapsed = timer::mtime() - kernel::start_time();
  if (kernel::ticks() != kernel::tick_count) {
    fail(rtos_lost, "number of ticks", kernel::ticks(), kernel::tick_count);
  }
  if (elapsed / kernel::tick_period < kernel::tick_count) {
    fail(rtos_mtime, "periods that have passed", elapsed / kernel::tick_period, kernel::tick_count);
  }
  const uint64_t rounds = rounds_of_task[0] + rounds_of_task[1];
  if (rounds_of_task[0] == 0 || rounds_of_task[1] == 0) {
    fail(rtos_no_progress, "rounds of a task", 0, 1);
  }
  if (shared.first != rounds || shared.second != rounds) {
    fail(rtos_shared_data, "rounds counted in shared data", shared.first, rounds);
  }
  print("rtos: no tick early, none lost; both tasks ran; shared data intact\nrtos: PASS\n");
  return 0;
}
