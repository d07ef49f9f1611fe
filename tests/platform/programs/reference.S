# How programs end on the reference platform: what a macro says, then CODE goes to tohost.
#include "models/base/virt_map.h"
#define MTIMECMP (VIRT_TIMER_BASE + VIRT_TIMER_MTIMECMP)

    .section .text.init, "ax"
    .globl _start
_start:
    la t0, tohost
#if defined(SPIN)
1:  j 1b
#elif defined(DEADLOCK)
    csrwi mie, 8                # MSIE: only this hart could raise it
1:  wfi
    j 1b
#elif defined(WAKES)
    # The timer wakes it, long after a stalled pipeline would have gone on.
    li t1, 300000
    li t2, MTIMECMP
    sd t1, 0(t2)
    li t1, 0x80                 # MTIE; mstatus.MIE stays 0: wfi just ends
    csrw mie, t1
    wfi
#elif defined(TRAP_LOOP)
    jr zero                     # nothing is there, nor at the reset value of mtvec
#endif
    li t1, CODE
    sd t1, 0(t0)
2:  j 2b

    .data
    .balign 64
    .globl tohost
tohost: .dword 0
