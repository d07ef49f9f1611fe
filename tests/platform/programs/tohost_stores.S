# Prints abc by AMO and SC to tohost; then LAST, with t2 = tohost, stores a0 = CODE << 1 | 1 there.
    .option norvc
    .section .text.init, "ax"
    .globl _start
_start:
    la t0, wrong
    csrw mtvec, t0
    la t2, tohost
    li t3, 0x0101000000000000   # print the character in the low byte
    # tohost is cleared after each character: that is what the next one reads.
    ori t0, t3, 'a'
    amoadd.d t1, t0, (t2)
    bnez t1, wrong
    ori t0, t3, 'b'
    amoswap.d t1, t0, (t2)
    bnez t1, wrong
    amoor.d t1, zero, (t2)      # stores 0, which means nothing
    bnez t1, wrong
    ori t0, t3, 'c'
1:  lr.d t1, (t2)
    bnez t1, wrong
    sc.d t1, t0, (t2)
    bnez t1, 1b
    sc.d t1, t0, (t2)           # without a reservation: stores nothing
    beqz t1, wrong
    lr.w t1, (t2)
    bnez t1, wrong
    sd zero, -4(t2)
    li a0, CODE << 1 | 1
    LAST
2:  j 2b

    .balign 4
wrong:
    la t2, tohost
    li a0, 99 << 1 | 1
    sd a0, 0(t2)
3:  j 3b

    .data
    .balign 64
    .dword 0, 0, 0, 0, 0, 0, 0, 0
    .globl tohost
tohost: .dword 0, 0
