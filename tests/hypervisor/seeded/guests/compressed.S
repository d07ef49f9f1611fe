// Loads from its devices with compressed instructions.
#include "tests/hypervisor/seeded/guests/frame.h"
    .option rvc
    li      a0, UART
    lw      a2, 4(a0)
    .option norvc
    li      a0, MTIMECMP
    li      a1, 123456789
    sd      a1, 0(a0)
    .option rvc
    ld      a2, 0(a0)
    lw      a3, 4(a0)
    li      a5, 77
    csrr    a4, mscratch
    .option norvc
    j       pass
