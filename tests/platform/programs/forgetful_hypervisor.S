# A hypervisor with a seeded bug: VM 1's reads of mtimecmp give 1, whatever it wrote. It maps the
# VM's first 2 MiB of DRAM at 0x81000000, answers every trapped load with 1, skips every other
# trapped instruction, and ends with pass when the VM stores to its finisher.
#include "tests/platform/programs/endings.h"

# A leaf of a partition's DRAM: V R W X U A D.
#define LEAF 0xdf
#define PARTITION 0x81000000
#define SATP_SV39_ASID_1 (8 << 60 | 1 << 44)

    .section .text.init, "ax"
    .globl _start
_start:
    la t0, trap
    csrw mtvec, t0
    li t0, -1                   # one NAPOT region over everything, RWX
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    # Entry 2 of the root table leads to the middle table; its entry 0 maps 2 MiB at 0x80000000.
    la t0, root
    la t1, middle
    srli t2, t1, 2
    ori t2, t2, 1
    sd t2, 16(t0)
    li t2, PARTITION >> 2 | LEAF
    sd t2, 0(t1)
    srli t0, t0, 12
    li t1, SATP_SV39_ASID_1
    or t0, t0, t1
    csrw satp, t0
    sfence.vma
    li t0, 0x80000000
    csrw mepc, t0
    li t0, 0x1800
    csrc mstatus, t0            # MPP = U
    mret

    .balign 4
trap:
    csrw mscratch, s0
    la s0, saved
    sd s1, 0(s0)
    csrr s0, mtval
    li s1, FINISHER
    beq s0, s1, done
    csrr s0, mcause
    li s1, 13                   # load page fault
    bne s0, s1, 1f
    li a0, 1
1:  csrr s0, mepc
    addi s0, s0, 4
    csrw mepc, s0
    la s0, saved
    ld s1, 0(s0)
    csrr s0, mscratch
    mret
done:
    finish 0x5555

    .bss
    .balign 4096
root: .zero 4096
middle: .zero 4096
saved: .zero 8
