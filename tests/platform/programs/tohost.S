# Prints through HTIF's write call and then ends through tohost as test CODE: 0 has passed.
    .section .text.init, "ax"
    .globl _start
_start:
    la t0, block
    la t1, text
    sd t1, 16(t0)
    la t2, tohost
    la t3, fromhost
    sd t0, 0(t2)
1:  ld t4, 0(t3)                # the answer
    beqz t4, 1b
    sd zero, 0(t3)
    ld t4, 0(t0)                # bytes written
    li t5, 5
    bne t4, t5, wrong
    li a0, CODE << 1 | 1
end:
    # A 32-bit store to each half, as old test programs do.
    sw a0, 0(t2)
    sw zero, 4(t2)
2:  j 2b
wrong:
    li a0, 99 << 1 | 1
    j end

    .data
    .balign 64
    .globl tohost
tohost: .dword 0
    .balign 64
    .globl fromhost
fromhost: .dword 0
block: .dword 64, 1, 0, 5       # write(1, text, 5)
text: .ascii "htif\n"
