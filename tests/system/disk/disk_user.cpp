// Uses its disk as a file system would: the same on QEMU, natively and in a VM. The console says
// what was read; the disk holds what was written.
#include "guests/common/console.hpp"
#include "tests/system/disk/virtio_disk.hpp"

namespace {

alignas(8) uint8_t buffer[4 * disk::sector_bytes];
alignas(8) uint8_t again[4 * disk::sector_bytes];

uint64_t sum_of(const uint8_t* bytes, unsigned count) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < count; ++i) sum = sum * 31 + bytes[i];
  return sum;
}

}  // namespace

int main() {
  using namespace disk;
  if (!start()) return 1;
  const uint64_t sectors = reg(capacity) | uint64_t{reg(capacity + 4)} << 32;
  print("sectors: ", sectors, "\n");

  uint64_t sum = 0;
  for (uint64_t sector = 0; sector < sectors; ++sector) {
    const Segment whole{buffer, sector_bytes};
    if (request(type_in, sector, &whole, 1) != 0) return 2;
    sum = sum * 31 + sum_of(buffer, sector_bytes);
  }
  print("contents: ", Hex{sum}, "\n");

  // Two sectors from odd pieces, and back into others.
  for (unsigned i = 0; i < 2 * sector_bytes; ++i) buffer[i] = static_cast<uint8_t>(i * 7 + 3);
  const Segment pieces[] = {{buffer, 1}, {buffer + 1, 600}, {buffer + 601, 423}};
  if (request(type_out, 3, pieces, 3) != 0) return 3;
  if (request(type_flush, 0, nullptr, 0) != 0) return 4;
  const Segment others[] = {{again, 511}, {again + 511, 2}, {again + 513, 511}};
  if (request(type_in, 3, others, 3) != 0) return 5;
  for (unsigned i = 0; i < 2 * sector_bytes; ++i) {
    if (again[i] != buffer[i]) return 6;
  }
  print("written and read back\n");

  // What there is not.
  const Segment two{buffer, 2 * sector_bytes};
  print("behind the end: ", uint64_t{request(type_in, sectors - 1, &two, 1)}, ", ",
        uint64_t{request(type_out, sectors, &two, 1)}, ", ",
        uint64_t{request(type_in, ~uint64_t{0}, &two, 1)}, "\n");
  print("no such request: ", uint64_t{request(99, 0, &two, 1)}, "\n");
  const Segment name{buffer, 20};
  if (request(type_get_id, 0, &name, 1) != 0) return 7;
  return 0;
}
