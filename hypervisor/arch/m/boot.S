// Reset: hart id in a0, device tree in a1, machine mode, translation off.
    .section .text.boot, "ax"
    .global _start
_start:
    csrw    mie, zero
    csrw    mstatus, zero
    // Harts other than 0 have nothing to do: VMs have one hart each and share hart 0.
    bnez    a0, park
    la      sp, stack_top
    la      t0, __bss_start
    la      t1, __bss_end
1:  bgeu    t0, t1, 2f
    sd      zero, 0(t0)
    addi    t0, t0, 8
    j       1b
2:
    // Guests' PMP is enforced by the hart's: 16 entries. A hart without traps on the first of
    // these; the vector lets it go on behind them.
    li      s0, 0
    la      t0, 3f
    csrw    mtvec, t0
    li      t0, -1
    csrw    pmpaddr15, t0
    csrr    s0, pmpaddr15       // zero: no such entry
    .balign 4
3:
    csrw    mstatus, zero
    la      t0, trap_entry
    csrw    mtvec, t0
    csrw    mscratch, zero
    mv      a0, a1
    mv      a1, s0
    call    hypervisor_main     // returns the first VM to enter
    j       trap_exit
    .balign 4
park:
    wfi
    j       park

    .section .bss.stack, "aw", @nobits
    .balign 16
    .skip   0x4000
    .global stack_top
stack_top:
