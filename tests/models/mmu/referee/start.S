# M-mode entry of the probe: a stack, zeroed variables, then C++.
  .section .text.start, "ax"
  .globl _start
_start:
  la sp, stack_top
  la t0, bss_start
  la t1, bss_end
1:
  bgeu t0, t1, 2f
  sd zero, 0(t0)
  addi t0, t0, 8
  j 1b
2:
  call probe_main
