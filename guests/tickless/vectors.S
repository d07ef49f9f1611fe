# The vector table (mtvec in vectored mode): entry N is where interrupt N arrives, entry 0 also
# every exception. An entry is one uncompressed jump.
    .text
    .option push
    .option norvc
    .align 8                            # an implementation may ask for more than 4 bytes
    .globl vector_table
vector_table:
    .rept 7
    j unexpected_trap
    .endr
    j take_timer_interrupt              # 7: machine timer interrupt
    .rept 8
    j unexpected_trap
    .endr
    .option pop
