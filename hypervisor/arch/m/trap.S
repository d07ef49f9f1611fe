// The only way into the hypervisor and the only way out of it.
//
// While a guest runs, mscratch holds its Vm, which begins with its Vcpu: x1..x31 at 8*n, then pc
// (hypervisor/virtual/vcpu.hpp asserts these offsets); in the hypervisor it holds zero. Traps come
// from user mode only: in machine mode interrupts are off and the hypervisor does not fault.
#define VCPU_PC 256

    .macro  for_x_except_5_10 op
    .irp    n, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    \op     x\n, 8*\n(a0)
    .endr
    .endm

    .section .text.trap, "ax"
    .balign 4
    .global trap_entry
    .type   trap_entry, @function
trap_entry:
    csrrw   a0, mscratch, a0
    beqz    a0, trap_without_vm
    sd      t0, 8*5(a0)
    csrrw   t0, mscratch, zero  // a fault of the hypervisor itself finds no Vm
    sd      t0, 8*10(a0)
    for_x_except_5_10 sd
    csrr    t1, mepc
    sd      t1, VCPU_PC(a0)
    la      sp, stack_top
    call    handle_trap         // (Vm*) -> Vm* to enter
    j       trap_exit
    .size   trap_entry, . - trap_entry

// The hypervisor itself has faulted; mscratch holds what a0 was.
trap_without_vm:
    la      t0, nested_fault
    csrw    mtvec, t0
    la      sp, stack_top
    j       hypervisor_fault

// So has its report.
    .balign 4
nested_fault:
    la      sp, stack_top
    j       hypervisor_nested_fault

    .balign 4
    .global trap_exit
    .type   trap_exit, @function
trap_exit:
    ld      t1, VCPU_PC(a0)
    csrw    mepc, t1
    for_x_except_5_10 ld
    ld      t0, 8*5(a0)
    csrw    mscratch, a0        // from here on a trap is the guest's
    ld      a0, 8*10(a0)
    mret
    .size   trap_exit, . - trap_exit
