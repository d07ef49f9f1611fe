# Reset entry. The boot protocol of QEMU virt with -bios none: M-mode, a0 = hart id, a1 = device tree.
    .section .text.init, "ax"
    .globl _start
_start:
    bnez a0, park
    la sp, __stack_top
    la t0, unexpected_trap
    csrw mtvec, t0
    # The loader does not promise zeroed memory.
    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sd zero, 0(t0)
    addi t0, t0, 8
    j 1b
2:  call main                           # a0 and a1 are still the boot arguments
    tail finish                         # what main returns is the exit code

# Only hart 0 runs the guest.
park:
    wfi
    j park
