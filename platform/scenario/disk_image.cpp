#include "platform/scenario/disk_image.hpp"

#include <fmt/format.h>

#include <system_error>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"

namespace cyclevisor {

DiskContents read_disk_image(const InputFile& file) {
  const auto check = [&file](std::uint64_t bytes) {
    if (bytes != 0 && bytes % DiskContents::sector_bytes == 0 && bytes <= max_disk_bytes) return;
    throw ConfigurationError(
        file.given, fmt::format("the disk image has {} bytes: a multiple of {} up to {} is needed",
                                bytes, DiskContents::sector_bytes, max_disk_bytes));
  };
  // A file that is too large is not read.
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file.path, error);
  if (!error) check(size);
  DiskContents disk{read_file(file.path, file.given)};
  check(disk.bytes.size());
  return disk;
}

}  // namespace cyclevisor
