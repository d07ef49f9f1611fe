// The physical and virtual memory layout of a random program.
#pragma once

#include <cstdint>

#include "models/base/virt_map.hpp"

namespace cyclevisor::differential::map {

constexpr std::uint64_t image = virt::dram_base;
constexpr std::uint64_t image_bytes = 2 << 20;

constexpr std::uint64_t machine_handler = image + 0x1000;
constexpr std::uint64_t supervisor_handler = image + 0x2000;

constexpr std::uint64_t data = image + 0x10000;
constexpr unsigned data_pages = 16;
constexpr std::uint64_t data_bytes = data_pages * 0x1000;

/// Offset in each data page of the code that wild jumps go to: 0x10 bytes.
constexpr std::uint64_t landing_pads = 0xff0;

constexpr std::uint64_t tables = image + 0x20000;
constexpr std::uint64_t tables_end = image + 0x80000;

constexpr std::uint64_t code = tables_end;

/// Addresses without memory or a device.
constexpr std::uint64_t hole = 0x1a000000;
constexpr std::uint64_t far_hole = 0xc0000000;

// Virtual addresses that the page tables map. As physical addresses they are holes too. Supervisors
// see the image at its physical address, users at `user_image`.
constexpr std::uint64_t user_image = 0x140000000;
/// Pages of 4 KiB with random entries.
constexpr std::uint64_t window = 0x18000000;
constexpr unsigned window_pages = 64;
/// Random leaves of 2 MiB, of 1 GiB, and in Sv48 of 512 GiB.
constexpr std::uint64_t large_window = 0x1c000000;
constexpr std::uint64_t huge_window = 0xc0000000;
constexpr std::uint64_t vast_window = 0x8000000000;
/// Added to an Sv39 address: the same entries in the upper half.
constexpr std::uint64_t upper_half = 0xffffffc000000000;

}  // namespace cyclevisor::differential::map
