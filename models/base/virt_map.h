/* The memory map of the platform: that of QEMU's `virt` machine, with further UARTs. The one place for base
 * addresses, sizes in bytes, interrupt numbers and the timer's register offsets. For assembly and C alike;
 * C++ takes virt_map.hpp. */
#pragma once

/* Test finisher (`sifive,test1`, `syscon`): 0x5555 is a pass, code << 16 | 0x3333 a failure. */
#define VIRT_FINISHER_BASE 0x00100000
#define VIRT_FINISHER_BYTES 0x1000

/* Machine timer in the CLINT layout (ACLINT specification: MSWI and MTIMER of hart 0). */
#define VIRT_TIMER_BASE 0x02000000
#define VIRT_TIMER_BYTES 0x10000
#define VIRT_TIMER_MSIP 0x0000
#define VIRT_TIMER_MTIMECMP 0x4000
#define VIRT_TIMER_MTIME 0xbff8

#define VIRT_PLIC_BASE 0x0c000000
#define VIRT_PLIC_BYTES 0x600000

/* ns16550a. UART 0 is where QEMU has it; the further ones (one per VM) follow at distances of
 * VIRT_UART_BYTES up to UART 15. From UART 16 on they are at VIRT_UART_HIGH_BASE, since QEMU's virtio
 * slots begin at 0x10001000 and end at 0x10008fff. */
#define VIRT_UART_BASE 0x10000000
#define VIRT_UART_BYTES 0x100
#define VIRT_UART_REGISTERS 8 /* the PC16550D's, at the beginning */
#define VIRT_UART_HIGH_BASE 0x10009000
#define VIRT_UART_HIGH_FIRST 16
/* PLIC sources: UART 0 has QEMU's, whose devices end at 35; UART n has 40 + n. */
#define VIRT_UART_INTERRUPT 10
#define VIRT_UART_FURTHER_INTERRUPT 40

/* Eight virtio-mmio slots (VIRTIO 1.2, "Virtio Over MMIO"). */
#define VIRT_VIRTIO_BASE 0x10001000
#define VIRT_VIRTIO_SLOT_BYTES 0x1000
#define VIRT_VIRTIO_SLOTS 8
/* Slot n has PLIC source 1 + n. */
#define VIRT_VIRTIO_INTERRUPT 1
#define VIRT_VIRTIO_MAGIC 0x74726976 /* "virt" */
#define VIRT_VIRTIO_VERSION 2
#define VIRT_VIRTIO_VENDOR 0x554d4551 /* "QEMU" */

#define VIRT_DRAM_BASE 0x80000000
