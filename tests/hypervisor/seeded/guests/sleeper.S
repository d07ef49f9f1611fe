// Sleeps in WFI until deadlines that come ever later after the store.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    li      s4, 0
1:  csrci   mstatus, MIE
    ld      a0, 0(s1)
    add     a0, a0, s4
    sd      a0, 0(s0)
    wfi
    csrsi   mstatus, MIE
    addi    s4, s4, 1
    li      a1, 300
    bltu    s4, a1, 1b
    j       pass
