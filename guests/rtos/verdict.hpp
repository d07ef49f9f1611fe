// What can be wrong, as exit codes.
#pragma once

enum RtosFailure : int {
  rtos_early = 1,        // a tick or a pending interrupt before its deadline
  rtos_lost = 2,         // a tick that is due and does not come, or too few or too many of them
  rtos_mtimecmp = 3,     // mtimecmp does not read back what was written
  rtos_mtime = 4,        // mtime ran backwards, or too little of it has passed
  rtos_mepc = 5,         // mepc is not the interrupted instruction
  rtos_mcause = 6,       // a trap that should not be
  rtos_shared_data = 7,  // the critical section let two tasks in
  rtos_no_progress = 8,  // a task never ran
  rtos_registers = 9,    // a register changed across a task switch
};
