// Linux system calls, made directly: number in a7, arguments in a0..a5, result or negated errno in
// a0 (RISC-V ELF psABI does not say so; Linux's Documentation/arch/riscv and its unistd.h do).
#pragma once

#include <stdint.h>

/// Numbers of include/uapi/asm-generic/unistd.h.
enum class SystemCall : long {
  ioctl = 29,
  write = 64,
  clock_gettime = 113,
  clock_nanosleep = 115,
  reboot = 142,
  uname = 160,
};

inline long system_call(SystemCall call, long first = 0, long second = 0, long third = 0,
                        long fourth = 0) {
  register long a0 asm("a0") = first;
  register long a1 asm("a1") = second;
  register long a2 asm("a2") = third;
  register long a3 asm("a3") = fourth;
  register long a7 asm("a7") = static_cast<long>(call);
  asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
  return a0;
}

template <class Structure>
long address_of(Structure& structure) {
  return reinterpret_cast<long>(&structure);
}
