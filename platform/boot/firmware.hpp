// What M-mode firmware such as OpenSBI expects of its loader.
#pragma once

#include <cstdint>
#include <string>

namespace cyclevisor {

/// Offset of the next stage from the base of memory: the default of OpenSBI's `fw_jump` for 64-bit
/// harts, and where QEMU `virt` loads a kernel behind a firmware.
inline constexpr std::uint64_t next_stage_offset = 0x20'0000;

/// The structure whose address OpenSBI's `fw_dynamic` expects in a2: start `next_stage` in S-mode.
/// (OpenSBI, docs/firmware/fw_dynamic.md; other firmware ignores a2.) Its address must be
/// a multiple of 8.
std::string firmware_dynamic_info(std::uint64_t next_stage);

}  // namespace cyclevisor
