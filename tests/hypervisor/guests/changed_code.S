// Code that is changed without fence.i: the hart may execute the old instruction or the new one
// ("Zifencei"), and nothing else. None of the instructions here can raise an exception.
#include "feature.h"
    li      a0, MTIMECMP
    li      a1, -2
    li      a2, UART + 7        // the scratch register
    li      a3, TIMER           // msip
    la      a4, memory
    la      s0, site
    la      s2, replacements
    la      s3, replacements_end
    la      s4, originals
next_original:
    lw      s5, 0(s4)
    la      s2, replacements
next_replacement:
    // The old instruction is in the instruction cache, the new one in memory.
    sw      s5, 0(s0)
    fence.i
    WORKS(jal ra, site)
    lw      a5, 0(s2)
    sw      a5, 0(s0)
    WORKS(jal ra, site)
    WORKS(jal ra, site)
    addi    s2, s2, 4
    bne     s2, s3, next_replacement
    addi    s4, s4, 4
    la      t0, originals_end
    bne     s4, t0, next_original
    j       pass

    .balign 64
site:
    nop
    ret
    .balign 64
originals:
    sd      a1, 0(a0)
    sw      a1, 4(a0)
    ld      a6, 0(a0)
    lw      a6, 0(a0)
    sb      a1, 0(a2)
    lbu     a6, 0(a2)
    csrr    a6, mscratch
    csrw    mscratch, a1
originals_end:
replacements:
    nop
    sd      a1, 0(a0)
    sw      x0, 0(a3)
    ld      a6, 0(a0)
    lbu     a6, 0(a2)
    sb      a1, 0(a2)
    sd      a1, 0(a4)
    ld      a6, 0(a4)
    amoadd.d a6, a1, (a4)
    lr.d    a6, (a4)
    csrr    a6, mscratch
    csrw    mscratch, x0
    csrr    a6, mepc
replacements_end:
    .balign 8
memory:
    .dword  0
