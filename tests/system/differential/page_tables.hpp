// Random page tables: some entries are valid, so that programs make progress, the others are
// arbitrary.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/system/differential/random.hpp"

namespace cyclevisor::differential {

/// Roots of tables in a program's image. Physical addresses, and guest-physical ones too, as the
/// G stage maps the image to itself.
struct PageTableSet {
  std::uint64_t sv39 = 0;
  std::uint64_t sv48 = 0;
  std::uint64_t sv39x4 = 0;
  std::uint64_t sv48x4 = 0;
};

/// The location of a randomly mapped window's entries, so that programs can change them at run
/// time.
struct WindowEntry {
  std::uint64_t physical = 0;
};

class PageTableBuilder {
 public:
  PageTableBuilder(Random& random, std::vector<std::uint8_t>& image)
      : random_(random), image_(image) {}

  /// A new set of tables; empty (all 0) when there is no more space.
  PageTableSet build();

  /// A random entry for a 4 KiB page of the windows. `two_stage`: it may point to guest-physical
  /// addresses that only the G stage maps.
  std::uint64_t random_entry(unsigned level);

  /// Addresses of entries of the 4 KiB windows, of both stages.
  const std::vector<std::uint64_t>& window_entries() const { return window_entries_; }

 private:
  std::uint64_t allocate(unsigned pages);
  void put(std::uint64_t table, unsigned index, std::uint64_t entry);
  std::uint64_t leaf(std::uint64_t physical, std::uint64_t permissions);
  /// The owner of the image's pages: S-mode, U-mode, or the G stage.
  enum class Image : std::uint8_t { supervisor, user, guest };
  /// The image, 2 MiB, at an index of a level-1 table.
  void map_image(std::uint64_t level_1, unsigned index, Image kind);
  /// The tables below the root of a 39-bit address space; 0 when there is no more space.
  std::uint64_t build_lower(Image kind, std::uint64_t root, unsigned root_entries);

  Random& random_;
  std::vector<std::uint8_t>& image_;
  std::uint64_t free_ = 0;
  std::vector<std::uint64_t> window_entries_;
};

}  // namespace cyclevisor::differential
