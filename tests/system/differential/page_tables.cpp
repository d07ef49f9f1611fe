#include "tests/system/differential/page_tables.hpp"

#include "models/mmu/pte.hpp"
#include "tests/system/differential/memory_map.hpp"

namespace cyclevisor::differential {
namespace {

constexpr std::uint64_t pointer_to(std::uint64_t table) {
  return table >> pte::page_shift << pte::ppn_shift | pte::valid;
}

constexpr unsigned index_of(std::uint64_t address, unsigned level) {
  return (address >> (pte::page_shift + 9 * level)) & 511;
}

}  // namespace

std::uint64_t PageTableBuilder::allocate(unsigned pages) {
  if (free_ == 0) free_ = map::tables;
  const std::uint64_t bytes = pages * pte::page_bytes;
  const std::uint64_t start = (free_ + bytes - 1) / bytes * bytes;
  if (start + bytes > map::tables_end) return 0;
  free_ = start + bytes;
  return start;
}

void PageTableBuilder::put(std::uint64_t table, unsigned index, std::uint64_t entry) {
  const std::uint64_t offset = table - map::image + index * 8;
  for (unsigned i = 0; i < 8; ++i) {
    image_[offset + i] = static_cast<std::uint8_t>(entry >> (8 * i));
  }
}

std::uint64_t PageTableBuilder::leaf(std::uint64_t physical, std::uint64_t permissions) {
  std::uint64_t entry = physical >> pte::page_shift << pte::ppn_shift | permissions | pte::valid;
  if (random_.percent(60)) entry |= pte::accessed;
  if (random_.percent(50)) entry |= pte::dirty;
  if (random_.percent(10)) entry |= pte::global;
  if (random_.percent(10)) entry |= std::uint64_t{random_.below(4)} << 8;  // RSW
  return entry;
}

std::uint64_t PageTableBuilder::random_entry(unsigned level) {
  std::uint64_t target = map::data + random_.below(map::data_pages) * pte::page_bytes;
  if (random_.percent(8)) target = map::hole + random_.below(4) * pte::page_bytes;
  if (random_.percent(8)) target = map::window + random_.below(map::window_pages) * pte::page_bytes;
  if (random_.percent(3)) target = (std::uint64_t{1} << 55) + target;
  if (level != 0 && random_.percent(85)) {
    const unsigned shift = pte::page_shift + 9 * level;
    target = map::image >> shift << shift;
    if (random_.percent(8)) target = map::far_hole;
  }
  std::uint64_t permissions = random_.below(16) << 1;  // R, W, X, U
  if (random_.percent(60)) permissions |= pte::read;
  // No pointers out of the tables: QEMU reports faults of such walks incorrectly.
  if (level != 0 && (permissions & (pte::read | pte::execute)) == 0) permissions |= pte::read;
  std::uint64_t entry = leaf(target, permissions);
  if (random_.percent(5)) entry &= ~pte::valid;
  if (random_.percent(4)) entry |= std::uint64_t{1} << random_.between(54, 63);
  return entry;
}

void PageTableBuilder::map_image(std::uint64_t level_1, unsigned index, Image kind) {
  std::uint64_t execute = pte::read | pte::execute;
  if (kind != Image::supervisor) execute |= pte::user;
  const std::uint64_t user_bit = execute & pte::user;
  // The VS stage's tables are here: their A and D bits can be set.
  if (kind == Image::guest) execute |= pte::write | pte::accessed | pte::dirty;
  if (random_.percent(25)) {
    put(level_1, index, leaf(map::image, execute));
    return;
  }
  const std::uint64_t level_0 = allocate(1);
  if (level_0 == 0) {
    put(level_1, index, leaf(map::image, execute));
    return;
  }
  put(level_1, index, pointer_to(level_0));
  for (unsigned page = 0; page < 512; ++page) {
    const std::uint64_t physical = map::image + page * pte::page_bytes;
    std::uint64_t entry = leaf(physical, execute);
    if (physical >= map::data && physical < map::data + map::data_bytes) {
      entry = leaf(physical, pte::read | (random_.below(4) << 2) | user_bit);
      window_entries_.push_back(level_0 + page * 8);
    } else if (physical >= map::code && random_.percent(12)) {
      // A hole in the code: fetches fault, also in the middle of an instruction.
      entry = random_.percent(50) ? 0 : leaf(physical, pte::read | user_bit);
    }
    put(level_0, page, entry);
  }
}

std::uint64_t PageTableBuilder::build_lower(Image kind, std::uint64_t root, unsigned root_entries) {
  // The window and the large window in the first GiB, the image in the third, a huge leaf in the
  // fourth, the users' image in the sixth.
  const bool user_alias = kind == Image::supervisor;
  const std::uint64_t first = allocate(1);
  const std::uint64_t second = allocate(1);
  const std::uint64_t third = allocate(1);
  const std::uint64_t window = allocate(1);
  if (window == 0) return 0;
  put(root, 0, pointer_to(first));
  if (user_alias) put(root, index_of(map::user_image, 2), pointer_to(second));
  put(root, 2, pointer_to(third));
  put(root, 3, random_entry(2));
  if (root_entries > 256) {
    put(root, 256, pointer_to(first));
    if (user_alias) put(root, 256 + index_of(map::user_image, 2), pointer_to(second));
    put(root, 258, random_.percent(50) ? pointer_to(third) : random_entry(2));
  }
  put(first, index_of(map::window, 1), pointer_to(window));
  for (unsigned i = 0; i < 4; ++i) put(first, index_of(map::large_window, 1) + i, random_entry(1));
  // A pointer with bits that are reserved in pointers, and one at the lowest level.
  put(first, index_of(map::large_window, 1) + 4,
      pointer_to(window) | random_.pick({pte::dirty, pte::accessed, pte::user, pte::global,
                                         std::uint64_t{1} << random_.between(54, 63)}));
  for (unsigned page = 0; page < map::window_pages; ++page) {
    put(window, page, random_.percent(3) ? pointer_to(window) : random_entry(0));
    window_entries_.push_back(window + page * 8);
  }
  if (user_alias) map_image(second, index_of(map::user_image, 1), Image::user);
  map_image(third, index_of(map::image, 1), kind);
  return root;
}

PageTableSet PageTableBuilder::build() {
  PageTableSet set;
  const std::uint64_t guest_root = allocate(4);
  const std::uint64_t guest_top = allocate(4);
  const std::uint64_t root = allocate(1);
  const std::uint64_t top = allocate(1);
  if (top == 0 || guest_top == 0) return PageTableSet();
  if (build_lower(Image::supervisor, root, 512) == 0) return PageTableSet();
  if (build_lower(Image::guest, guest_root, 2048) == 0) return PageTableSet();
  // Sv48: the Sv39 root as the table of the first and of the last 512 GiB.
  put(top, 0, pointer_to(root));
  put(top, 1, random_entry(3));
  put(top, 511, pointer_to(root));
  put(guest_top, 0, pointer_to(guest_root));
  put(guest_top, 1, random_entry(3));
  put(guest_top, 2047, pointer_to(guest_root));
  set.sv39 = root;
  set.sv48 = top;
  set.sv39x4 = guest_root;
  set.sv48x4 = guest_top;
  return set;
}

}  // namespace cyclevisor::differential
