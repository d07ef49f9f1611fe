// The kernel: a periodic tick that switches between two tasks in turn.
#pragma once

#include <stdint.h>

namespace kernel {

inline constexpr uint64_t tick_count = 1200;
inline constexpr uint64_t tick_period = 5000;  // in ticks of mtime: 500 us
inline constexpr unsigned task_count = 2;

// A task gets its number. When it returns, it has ended.
using TaskFunction = void (*)(uint64_t number);

// Runs both tasks under the tick until both have ended; then returns. Interrupts are off before
// and after.
void run(TaskFunction first, TaskFunction second);

// Ticks taken since run() began. The tick stops by itself after tick_count.
uint64_t ticks();

// mtime at the beginning of the tick's first period.
uint64_t start_time();

// Called inside a critical section: what the timer shows (mtime, mtimecmp, mip.MTIP) must agree
// with the deadline that the kernel has set.
void audit_timer();

}  // namespace kernel
