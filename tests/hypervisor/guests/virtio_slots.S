// The virtio-mmio slots are there and empty: magic number, a version, no device.
#include "feature.h"
    li      a0, VIRT_VIRTIO_BASE
    li      a1, VIRT_VIRTIO_BASE + VIRT_VIRTIO_SLOTS * VIRT_VIRTIO_SLOT_BYTES
    li      a2, VIRT_VIRTIO_SLOT_BYTES
slot:
    WORKS(lw a3, 0(a0))
    EXPECT(a3, VIRT_VIRTIO_MAGIC)
    WORKS(lw a3, 4(a0))
    addi    a3, a3, -1          // QEMU 7.2: legacy, 1
    sltiu   a3, a3, 2
    EXPECT(a3, 1)
    WORKS(lw a3, 8(a0))
    EXPECT(a3, 0)
    WORKS(lw a3, 12(a0))
    EXPECT(a3, VIRT_VIRTIO_VENDOR)
    WORKS(sw zero, 0x70(a0))    // Status: reset
    WORKS(lw a3, 0x70(a0))
    EXPECT(a3, 0)
    add     a0, a0, a2
    bne     a0, a1, slot
    j       pass
