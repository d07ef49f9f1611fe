// What a trap saves and what a task switch exchanges.
#pragma once

#include <stdint.h>

// The registers of an interrupted context, as context.S lays them on that context's own stack.
struct TrapFrame {
  uint64_t x[32];  // x[0] is not used
  uint64_t mepc;
  uint64_t mstatus;
};
static_assert(sizeof(TrapFrame) == 272 && sizeof(TrapFrame) % 16 == 0);

// mtvec. Saves the interrupted context, calls handle_trap and goes on with the context it returns.
extern "C" void trap_entry();
extern "C" TrapFrame* handle_trap(TrapFrame* interrupted);

// Executes the ecall instruction at the label system_call_instruction: the calling context gives
// the hart away until the kernel comes back to it.
extern "C" void system_call();
extern "C" const char system_call_instruction[];
