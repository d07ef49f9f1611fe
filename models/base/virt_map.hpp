// virt_map.h for C++, host and firmware: addresses and sizes in bytes.
#pragma once

#include <stdint.h>

#include "models/base/virt_map.h"

namespace cyclevisor::virt {

inline constexpr uint64_t finisher_base = VIRT_FINISHER_BASE;
inline constexpr uint64_t finisher_bytes = VIRT_FINISHER_BYTES;

inline constexpr uint64_t timer_base = VIRT_TIMER_BASE;
inline constexpr uint64_t timer_bytes = VIRT_TIMER_BYTES;
// Offsets from timer_base.
inline constexpr uint64_t msip_offset = VIRT_TIMER_MSIP;
inline constexpr uint64_t mtimecmp_offset = VIRT_TIMER_MTIMECMP;
inline constexpr uint64_t mtime_offset = VIRT_TIMER_MTIME;

inline constexpr uint64_t plic_base = VIRT_PLIC_BASE;
inline constexpr uint64_t plic_bytes = VIRT_PLIC_BYTES;

inline constexpr uint64_t uart_bytes = VIRT_UART_BYTES;
/// A UART's registers, one byte each; what is behind them in its window answers nothing.
inline constexpr uint64_t uart_registers = VIRT_UART_REGISTERS;
/// Base address of UART n.
constexpr uint64_t uart_base(unsigned n) {
  return n < VIRT_UART_HIGH_FIRST ? VIRT_UART_BASE + uart_bytes * n
                                  : VIRT_UART_HIGH_BASE + uart_bytes * (n - VIRT_UART_HIGH_FIRST);
}
/// PLIC source of UART n.
constexpr unsigned uart_interrupt(unsigned n) {
  return n == 0 ? VIRT_UART_INTERRUPT : VIRT_UART_FURTHER_INTERRUPT + n;
}

inline constexpr uint64_t virtio_base = VIRT_VIRTIO_BASE;
inline constexpr uint64_t virtio_slot_bytes = VIRT_VIRTIO_SLOT_BYTES;
inline constexpr unsigned virtio_slots = VIRT_VIRTIO_SLOTS;
constexpr uint64_t virtio_slot(unsigned n) { return virtio_base + n * virtio_slot_bytes; }
constexpr unsigned virtio_interrupt(unsigned slot) { return VIRT_VIRTIO_INTERRUPT + slot; }
inline constexpr uint32_t virtio_magic = VIRT_VIRTIO_MAGIC;
inline constexpr uint32_t virtio_version = VIRT_VIRTIO_VERSION;
inline constexpr uint32_t virtio_vendor = VIRT_VIRTIO_VENDOR;

inline constexpr uint64_t dram_base = VIRT_DRAM_BASE;

}  // namespace cyclevisor::virt
