// The raw disk images that a scenario names.
#pragma once

#include "models/virtio/block_device.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// At most this many bytes: the disk is kept in the host's memory.
inline constexpr std::uint64_t max_disk_bytes = std::uint64_t{1} << 30;

/// Throws ConfigurationError unless the file has whole sectors of 512 bytes, at least one.
DiskContents read_disk_image(const InputFile& file);

}  // namespace cyclevisor
