// Two-stage walks (privileged specification, "Two-Stage Address Translation"): geometry of the G
// stage, implicit accesses of the VS-stage walk, and the sources of htval and htinst.
#include <catch2/catch.hpp>
#include <string>

#include "tests/models/mmu/page_tables.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

constexpr std::uint64_t offset = 0x1000'0000;      // physical = guest physical + offset
constexpr std::uint64_t vs_root = 0x8010'0000;     // guest physical
constexpr std::uint64_t guest_root = 0xa000'0000;  // physical
constexpr std::uint64_t data_page = 0x8030'0000;   // guest physical
constexpr std::uint64_t address = 0x12'3456'7000;  // guest virtual
constexpr unsigned vs_table_pages = 8;

/// A guest page `data_page` at `address`; each page of the VS tables has a 4 KiB page in G.
struct TwoStages {
  explicit TwoStages(unsigned vs_levels = 3, unsigned guest_levels = 3)
      : vs(memory, vs_levels, vs_root, offset), guest(memory, guest_levels, guest_root) {
    registers.vsatp = vs.atp();
    registers.hgatp = guest.atp();
    vs_leaf = vs.map(address, data_page, all_supervisor);
    for (unsigned i = 0; i < vs_table_pages; ++i) {
      const std::uint64_t page = vs_root + 0x1000 * i;
      guest.map(page, page + offset, all_user);
    }
    data_leaf = guest.map(data_page, data_page + offset, all_user);
    request.mode = PrivilegeMode::virtual_supervisor;
  }

  std::variant<Translation, TranslationFault> at(std::uint64_t virtual_address,
                                                 AccessType type = AccessType::load) {
    request.address = VirtualAddress(virtual_address);
    request.type = type;
    return translate(request, registers, memory, &recorder);
  }
  Translation good(std::uint64_t virtual_address, AccessType type = AccessType::load) {
    const auto result = at(virtual_address, type);
    REQUIRE(std::string(outcome(result)) == "ok");
    return std::get<Translation>(result);
  }
  TranslationFault bad(std::uint64_t virtual_address, AccessType type = AccessType::load) {
    const auto result = at(virtual_address, type);
    REQUIRE(std::string(outcome(result)) != "ok");
    return std::get<TranslationFault>(result);
  }
  /// Physical address of the G-stage leaf for the VS table page that holds `entry` (physical).
  std::uint64_t guest_leaf_of(std::uint64_t entry) {
    return guest.entry_address(entry - offset, 0);
  }

  TableMemory memory;
  TableBuilder vs;
  TableBuilder guest;
  TranslationRegisters registers;
  TranslationRequest request;
  StepRecorder recorder;
  std::uint64_t vs_leaf = 0;
  std::uint64_t data_leaf = 0;
};

void check_guest_page(const TranslationFault& fault, std::uint64_t guest_physical,
                      ImplicitAccess implicit) {
  CHECK(std::string(text(fault.kind)) == "guest-page");
  CHECK(fault.guest_physical.value == guest_physical);
  CHECK(fault.implicit_access == implicit);
}

TEST_CASE("two stages: every combination of schemes, and the number of accesses") {
  const unsigned vs_levels = GENERATE(3u, 4u);
  const unsigned guest_levels = GENERATE(3u, 4u);
  TwoStages mmu(vs_levels, guest_levels);
  const Translation translation = mmu.good(address + 0x678);
  CHECK(translation.physical.value == data_page + offset + 0x678);
  CHECK(translation.guest_physical.value == data_page + 0x678);
  CHECK(translation.page_bytes == 4096);
  // Each VS-stage entry needs a G walk of its own, and so does the page itself.
  CHECK(mmu.recorder.steps.size() == vs_levels * (guest_levels + 1) + guest_levels);
}

TEST_CASE("two stages: the order of the accesses") {
  TwoStages mmu;
  mmu.good(address);
  std::string order;
  for (const WalkStep& step : mmu.recorder.steps) {
    order += step.stage == WalkStep::Stage::guest ? 'g' : 'v';
    order += static_cast<char>('0' + step.level);
  }
  CHECK(order == "g2g1g0v2g2g1g0v1g2g1g0v0g2g1g0");
}

TEST_CASE("two stages: the block is the smaller page of both") {
  for (unsigned vs_level = 0; vs_level < 3; ++vs_level) {
    for (unsigned guest_level = 0; guest_level < 3; ++guest_level) {
      TwoStages mmu;
      const std::uint64_t from = 0x10'0000'0000;
      const std::uint64_t middle = 0x2'0000'0000;
      const std::uint64_t to = 0x3'0000'0000;
      mmu.vs.map(from, middle, all_supervisor, vs_level);
      mmu.guest.map(middle, to, all_user, guest_level);
      const Translation translation = mmu.good(from + 0x321);
      CHECK(translation.physical.value == to + 0x321);
      CHECK(translation.page_bytes == std::uint64_t{4096} << (9 * std::min(vs_level, guest_level)));
    }
  }
}

TEST_CASE("hgatp Bare: guest physical is physical") {
  TwoStages mmu;
  mmu.registers.hgatp = 0;
  TableBuilder vs(mmu.memory, 3, 0x7000'0000);
  mmu.registers.vsatp = vs.atp();
  vs.map(0x4000'0000, 0x8000'0000, all_supervisor, 1);
  const Translation translation = mmu.good(0x4000'0123);
  CHECK(translation.physical.value == 0x8000'0123);
  CHECK(translation.guest_physical.value == 0x8000'0123);
  CHECK(translation.page_bytes == 0x20'0000);
  CHECK(translation.guest_leaf == 0);
  CHECK(std::string(text(mmu.bad(0x5000'0000).kind)) == "page");
}

TEST_CASE("vsatp Bare: the virtual address is guest physical, the G stage still protects") {
  TwoStages mmu;
  mmu.registers.vsatp = 0;
  for (const PrivilegeMode mode :
       {PrivilegeMode::virtual_user, PrivilegeMode::virtual_supervisor}) {
    mmu.request.mode = mode;
    const Translation translation = mmu.good(data_page + 0x10, AccessType::store);
    CHECK(translation.physical.value == data_page + offset + 0x10);
    CHECK(translation.guest_physical.value == data_page + 0x10);
    CHECK(translation.leaf == 0);
    check_guest_page(mmu.bad(0x9000'0004), 0x9000'0004, ImplicitAccess::none);
  }
}

TEST_CASE("both Bare: as in M-mode") {
  TwoStages mmu;
  mmu.registers.vsatp = mmu.registers.hgatp = 0;
  const Translation translation = mmu.good(0x8000'0123);
  CHECK(translation.physical.value == 0x8000'0123);
  CHECK(translation.page_bytes == 4096);
  CHECK(mmu.recorder.steps.empty());
}

TEST_CASE("satp has no effect in virtual modes, vsatp and hgatp none outside them") {
  TwoStages mmu;
  mmu.registers.satp = ~std::uint64_t{0} >> 4;  // Bare with a non-zero PPN
  CHECK(mmu.good(address).physical.value == data_page + offset);
  mmu.request.mode = PrivilegeMode::supervisor;
  CHECK(mmu.good(address).physical.value == address);
}

TEST_CASE("guest physical addresses have 41 or 50 bits, more is a guest-page fault") {
  const unsigned levels = GENERATE(3u, 4u);
  TwoStages mmu(3, levels);
  mmu.registers.vsatp = 0;
  const unsigned bits = levels == 3 ? 41 : 50;
  const unsigned root_shift = levels == 3 ? 30 : 39;
  // The x4 root: index 2047 is its last entry, 16 KiB - 8 from its start.
  mmu.memory.words[guest_root + 0x3ff8] = make_entry(0, all_user);
  const std::uint64_t last = (std::uint64_t{1} << bits) - 8;
  CHECK(mmu.good(last).physical.value == (last & ((std::uint64_t{1} << root_shift) - 1)));
  for (unsigned number = bits; number < 64; ++number) {
    // Not sign-extended: also a "canonical" upper-half address is too wide.
    const std::uint64_t wide = last | (std::uint64_t{1} << number);
    // Memory after the root table must not be treated as part of it.
    mmu.memory.words[guest_root + (wide >> root_shift) * 8] = make_entry(0, all_user);
    check_guest_page(mmu.bad(wide), wide, ImplicitAccess::none);
    check_guest_page(mmu.bad(~std::uint64_t{0} << number), ~std::uint64_t{0} << number,
                     ImplicitAccess::none);
  }
}

TEST_CASE("a VS-stage leaf or table beyond the guest physical width is a guest-page fault") {
  TwoStages mmu;
  constexpr std::uint64_t beyond = std::uint64_t{1} << 41;
  mmu.vs.map(address, beyond, all_supervisor);
  check_guest_page(mmu.bad(address + 0x18), beyond + 0x18, ImplicitAccess::none);
  const std::uint64_t pointer = mmu.vs.entry_address(address, 1);
  mmu.memory.words[pointer] = make_entry(beyond, pte::valid);
  check_guest_page(mmu.bad(address), beyond + ((address >> 12) & 0x1ff) * 8,
                   ImplicitAccess::vs_table_read);
}

TEST_CASE("a guest-page fault of the access itself gives its guest physical address") {
  TwoStages mmu;
  mmu.memory.words[mmu.data_leaf] = 0;
  for (const AccessType type : access_types) {
    check_guest_page(mmu.bad(address + 0xabc, type), data_page + 0xabc, ImplicitAccess::none);
  }
}

TEST_CASE("a guest-page fault of the VS-stage walk gives the entry's guest physical address") {
  for (unsigned level = 0; level < 3; ++level) {
    TwoStages mmu;
    const std::uint64_t entry = mmu.vs.entry_address(address, level);
    mmu.memory.words[mmu.guest_leaf_of(entry)] = 0;
    for (const AccessType type : access_types) {
      check_guest_page(mmu.bad(address + 0xabc, type), entry - offset,
                       ImplicitAccess::vs_table_read);
    }
  }
}

TEST_CASE("the VS-stage walk reads as an implicit load of U-mode, not as the original access") {
  // G-stage flags of the page with the VS leaf, and whether the walk may read it.
  const struct {
    std::uint64_t flags;
    bool readable;
  } rows[] = {
      {pte::valid | pte::read | pte::user | pte::accessed, true},
      {pte::valid | pte::read | pte::execute | pte::user | pte::accessed, true},
      {pte::valid | pte::execute | pte::user | pte::accessed, false},
      {pte::valid | pte::read | pte::accessed, false},
      {pte::valid | pte::read | pte::user, false},
      {pte::read | pte::user | pte::accessed, false},
  };
  for (const auto& row : rows) {
    TwoStages mmu;
    // MXR applies to explicit loads, HLVX to the explicit access: neither affects the walk.
    mmu.request.mxr = mmu.request.vs_mxr = GENERATE(false, true);
    const std::uint64_t leaf = mmu.guest_leaf_of(mmu.vs_leaf);
    mmu.memory.words[leaf] = make_entry(mmu.vs_leaf, row.flags);
    for (const AccessType type : access_types) {
      CHECK((std::string(outcome(mmu.at(address, type))) == "ok") == row.readable);
      if (!row.readable) {
        check_guest_page(mmu.bad(address, type), mmu.vs_leaf - offset,
                         ImplicitAccess::vs_table_read);
      }
    }
    mmu.request.load_permission = LoadPermission::execute;
    CHECK((std::string(outcome(mmu.at(address))) == "ok") == row.readable);
  }
}

TEST_CASE("VS-stage A/D update: an implicit store to the entry") {
  TwoStages mmu;
  mmu.registers.vs_accessed_dirty = AccessedDirty::update;
  const std::uint64_t flags = all_supervisor & ~(pte::accessed | pte::dirty);
  mmu.memory.words[mmu.vs_leaf] = make_entry(data_page, flags);
  const std::uint64_t guest_leaf = mmu.guest_leaf_of(mmu.vs_leaf);

  SECTION("permitted") {
    mmu.good(address);
    CHECK(mmu.memory.words[mmu.vs_leaf] == make_entry(data_page, flags | pte::accessed));
    mmu.good(address, AccessType::store);
    CHECK(mmu.memory.words[mmu.vs_leaf] == make_entry(data_page, all_supervisor));
  }
  SECTION("the entry's page is read-only for the guest: fault of a write, for each access") {
    mmu.memory.words[guest_leaf] =
        make_entry(mmu.vs_leaf, pte::valid | pte::read | pte::user | pte::accessed);
    for (const AccessType type : access_types) {
      check_guest_page(mmu.bad(address, type), mmu.vs_leaf - offset,
                       ImplicitAccess::vs_table_write);
    }
    CHECK(mmu.memory.words[mmu.vs_leaf] == make_entry(data_page, flags));
  }
  SECTION("D of the entry's page is clear and software manages the G stage") {
    mmu.memory.words[guest_leaf] = make_entry(mmu.vs_leaf, all_user & ~pte::dirty);
    check_guest_page(mmu.bad(address), mmu.vs_leaf - offset, ImplicitAccess::vs_table_write);
  }
  SECTION("D of the entry's page is clear and hardware manages the G stage: both are set") {
    mmu.registers.accessed_dirty = AccessedDirty::update;
    mmu.memory.words[guest_leaf] =
        make_entry(mmu.vs_leaf, all_user & ~(pte::accessed | pte::dirty));
    mmu.good(address);
    CHECK(mmu.memory.words[guest_leaf] == make_entry(mmu.vs_leaf, all_user));
    CHECK(mmu.memory.words[mmu.vs_leaf] == make_entry(data_page, flags | pte::accessed));
  }
}

TEST_CASE("each stage has its own A/D policy") {
  const bool vs_clear = GENERATE(false, true);
  const bool guest_clear = GENERATE(false, true);
  const bool vs_update = GENERATE(false, true);
  const bool guest_update = GENERATE(false, true);
  TwoStages mmu;
  if (vs_clear) mmu.memory.words[mmu.vs_leaf] &= ~pte::accessed;
  if (guest_clear) mmu.memory.words[mmu.data_leaf] &= ~pte::accessed;
  if (vs_update) mmu.registers.vs_accessed_dirty = AccessedDirty::update;
  if (guest_update) mmu.registers.accessed_dirty = AccessedDirty::update;
  const std::string wanted = vs_clear && !vs_update         ? "page"
                             : guest_clear && !guest_update ? "guest-page"
                                                            : "ok";
  CHECK(outcome(mmu.at(address)) == wanted);
}

TEST_CASE("two stages: a VS-stage page fault comes before the G stage translates the page") {
  TwoStages mmu;
  mmu.memory.words[mmu.data_leaf] = 0;
  mmu.memory.words[mmu.vs_leaf] = 0;
  CHECK(std::string(text(mmu.bad(address).kind)) == "page");
  // The VS stage checks a wide virtual address as long as vsatp is not Bare.
  CHECK(std::string(text(mmu.bad(std::uint64_t{1} << 39).kind)) == "page");
}

TEST_CASE("two stages: refused table accesses are access faults at every step") {
  TwoStages mmu;
  mmu.good(address);
  const std::vector<WalkStep> steps = mmu.recorder.steps;
  for (const WalkStep& step : steps) {
    mmu.memory.unreadable = {step.address.value};
    CHECK(std::string(text(mmu.bad(address).kind)) == "access");
  }
}

TEST_CASE("two stages: reserved encodings count in the G stage too, except G") {
  TwoStages mmu;
  const std::uint64_t pointer = mmu.guest.entry_address(data_page, 1);
  for (const std::uint64_t flag : {pte::accessed, pte::dirty, pte::user, std::uint64_t{1} << 60}) {
    const std::uint64_t entry = mmu.memory.words[pointer];
    mmu.registers.vsatp = 0;
    mmu.memory.words[pointer] |= flag;
    check_guest_page(mmu.bad(data_page), data_page, ImplicitAccess::none);
    mmu.memory.words[pointer] = entry;
  }
  mmu.memory.words[mmu.data_leaf] |= pte::global;
  CHECK_FALSE(mmu.good(data_page).global);
}

TEST_CASE("a misaligned G-stage superpage is a guest-page fault") {
  TwoStages mmu;
  mmu.registers.vsatp = 0;
  mmu.guest.map(0x1'0000'0000, 0x1000, all_user, 1);
  check_guest_page(mmu.bad(0x1'0000'0008), 0x1'0000'0008, ImplicitAccess::none);
}

TEST_CASE("pseudoinstructions of 64-bit VS-level entries") {
  CHECK(pseudoinstruction(ImplicitAccess::none) == 0);
  CHECK(pseudoinstruction(ImplicitAccess::vs_table_read) == 0x3000);
  CHECK(pseudoinstruction(ImplicitAccess::vs_table_write) == 0x3020);
}

}  // namespace
