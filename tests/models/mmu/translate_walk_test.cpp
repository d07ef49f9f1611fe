// One-stage walks: geometry, reserved encodings, A/D updates, faults of implicit accesses.
#include <catch2/catch.hpp>
#include <string>

#include "tests/models/mmu/page_tables.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

constexpr std::uint64_t root = 0x8020'0000;

struct OneStage {
  explicit OneStage(unsigned levels = 3) : tables(memory, levels, root) {
    registers.satp = tables.atp();
    request.mode = PrivilegeMode::supervisor;
  }

  std::variant<Translation, TranslationFault> at(std::uint64_t address,
                                                 AccessType type = AccessType::load) {
    request.address = VirtualAddress(address);
    request.type = type;
    return translate(request, registers, memory, &recorder);
  }
  std::string outcome_at(std::uint64_t address, AccessType type = AccessType::load) {
    return outcome(at(address, type));
  }
  Translation good(std::uint64_t address, AccessType type = AccessType::load) {
    const auto result = at(address, type);
    REQUIRE(std::string(outcome(result)) == "ok");
    return std::get<Translation>(result);
  }

  TableMemory memory;
  TableBuilder tables;
  TranslationRegisters registers;
  TranslationRequest request;
  StepRecorder recorder;
};

TEST_CASE("satp Bare: the virtual address is the physical one") {
  OneStage mmu;
  mmu.registers.satp = 0;
  for (const PrivilegeMode mode : {PrivilegeMode::user, PrivilegeMode::supervisor}) {
    mmu.request.mode = mode;
    const Translation translation = mmu.good(0x8000'1234, AccessType::store);
    CHECK(translation.physical.value == 0x8000'1234);
    CHECK(translation.page_bytes == 4096);
    CHECK(translation.writable);
  }
  CHECK(mmu.good((std::uint64_t{1} << 56) - 1).physical.value == (std::uint64_t{1} << 56) - 1);
  CHECK(mmu.outcome_at(std::uint64_t{1} << 56) == "access");
  CHECK(mmu.recorder.steps.empty());
}

TEST_CASE("an unimplemented MODE throws") {
  OneStage mmu;
  mmu.registers.satp = std::uint64_t{10} << 60;
  CHECK_THROWS_AS(mmu.at(0x1000), std::logic_error);
}

TEST_CASE("Sv39 and Sv48: each level's pages, and the block around the access") {
  const unsigned levels = GENERATE(3u, 4u);
  OneStage mmu(levels);
  for (unsigned level = 0; level < levels; ++level) {
    const std::uint64_t bytes = std::uint64_t{4096} << (9 * level);
    const std::uint64_t from = (level + 1) * (std::uint64_t{1} << (12 + 9 * (levels - 1)));
    const std::uint64_t to = 3 * (std::uint64_t{4096} << (9 * (levels - 1)));
    mmu.tables.map(from, to, all_supervisor, level);
    mmu.recorder.steps.clear();
    const Translation translation = mmu.good(from + bytes - 8);
    CHECK(translation.physical.value == to + bytes - 8);
    CHECK(translation.guest_physical.value == to + bytes - 8);
    CHECK(translation.page_bytes == bytes);
    CHECK(mmu.recorder.steps.size() == levels - level);
  }
}

TEST_CASE("high address bits must repeat the top bit") {
  const unsigned bits = GENERATE(39u, 48u);
  OneStage mmu(bits == 39 ? 3 : 4);
  const std::uint64_t half = std::uint64_t{1} << (bits - 1);
  const unsigned root_level = bits == 39 ? 2 : 3;
  mmu.tables.map(0, 0, all_supervisor, root_level);
  // The builder indexes roots with 11 bits; an upper-half address uses 9.
  mmu.memory.words[root + 511 * 8] = make_entry(0, all_supervisor);
  mmu.memory.words[root + 255 * 8] = make_entry(0, all_supervisor);
  mmu.memory.words[root + 256 * 8] = make_entry(0, all_supervisor);
  for (const AccessType type : access_types) {
    CHECK(mmu.outcome_at(half - 8, type) == "ok");
    CHECK(mmu.outcome_at(half, type) == "page");
    CHECK(mmu.outcome_at(~(half - 1), type) == "ok");
    CHECK(mmu.outcome_at(~(half - 1) - 8, type) == "page");
    CHECK(mmu.outcome_at(~std::uint64_t{7}, type) == "ok");
    for (unsigned flipped = bits; flipped < 64; ++flipped) {
      CHECK(mmu.outcome_at(std::uint64_t{1} << flipped, type) == "page");
      CHECK(mmu.outcome_at(~(std::uint64_t{1} << flipped), type) == "page");
    }
  }
}

TEST_CASE("the walk reads one entry per level, from the root down") {
  OneStage mmu;
  const std::uint64_t address = 0x12'3456'7abc;
  const std::uint64_t leaf = mmu.tables.map(address, 0x8765'4000, all_supervisor);
  mmu.good(address);
  REQUIRE(mmu.recorder.steps.size() == 3);
  CHECK(mmu.recorder.steps[0].address.value == root + ((address >> 30) & 0x1ff) * 8);
  CHECK(mmu.recorder.steps[2].address.value == leaf);
  for (unsigned i = 0; i < 3; ++i) {
    CHECK(mmu.recorder.steps[i].level == 2 - i);
    CHECK(mmu.recorder.steps[i].kind == WalkStep::Kind::read);
    CHECK(mmu.recorder.steps[i].stage == WalkStep::Stage::first);
  }
}

TEST_CASE("bits 63:54 are reserved in leaves and pointers") {
  for (unsigned level = 0; level < 3; ++level) {
    for (unsigned number = 54; number < 64; ++number) {
      OneStage mmu;
      mmu.tables.map(0x1000, 0x5000, all_supervisor);
      CHECK(mmu.outcome_at(0x1000) == "ok");
      mmu.memory.words[mmu.tables.entry_address(0x1000, level)] |= std::uint64_t{1} << number;
      CHECK(mmu.outcome_at(0x1000) == "page");
    }
  }
}

TEST_CASE("RSW bits 9:8 are the software's") {
  OneStage mmu;
  const std::uint64_t leaf = mmu.tables.map(0x1000, 0x5000, all_supervisor | 0x300);
  mmu.memory.words[mmu.tables.entry_address(0x1000, 1)] |= 0x300;
  CHECK(mmu.good(0x1000).physical.value == 0x5000);
  CHECK((mmu.memory.words[leaf] & 0x300) == 0x300);
}

TEST_CASE("A, D and U of a pointer are reserved, G is not and is inherited") {
  for (const unsigned level : {1u, 2u}) {
    for (const std::uint64_t flag : {pte::accessed, pte::dirty, pte::user, pte::write}) {
      OneStage mmu;
      mmu.tables.map(0x1000, 0x5000, all_supervisor);
      mmu.memory.words[mmu.tables.entry_address(0x1000, level)] |= flag;
      CHECK(mmu.outcome_at(0x1000) == "page");
    }
    OneStage mmu;
    mmu.tables.map(0x1000, 0x5000, all_supervisor);
    CHECK_FALSE(mmu.good(0x1000).global);
    mmu.memory.words[mmu.tables.entry_address(0x1000, level)] |= pte::global;
    CHECK(mmu.good(0x1000).global);
  }
  OneStage mmu;
  mmu.tables.map(0x1000, 0x5000, all_supervisor | pte::global);
  CHECK(mmu.good(0x1000).global);
}

TEST_CASE("a pointer at the last level is a page fault") {
  OneStage mmu;
  mmu.tables.map(0x1000, 0x5000, pte::valid);
  CHECK(mmu.outcome_at(0x1000) == "page");
  CHECK(mmu.recorder.steps.size() == 3);
}

TEST_CASE("a misaligned superpage is a page fault, for each low PPN bit") {
  const unsigned levels = GENERATE(3u, 4u);
  for (unsigned level = 1; level < levels; ++level) {
    for (unsigned number = 0; number < 9 * level; ++number) {
      OneStage mmu(levels);
      mmu.tables.map(0, std::uint64_t{4096} << number, all_supervisor, level);
      CHECK(mmu.outcome_at(0) == "page");
    }
    OneStage mmu(levels);
    mmu.tables.map(0, std::uint64_t{4096} << (9 * level), all_supervisor, level);
    CHECK(mmu.outcome_at(0) == "ok");
  }
}

TEST_CASE("misaligned superpages are found before A/D are updated") {
  OneStage mmu;
  mmu.registers.accessed_dirty = AccessedDirty::update;
  mmu.tables.map(0, 0x1000, all_supervisor & ~pte::accessed, 1);
  CHECK(mmu.outcome_at(0) == "page");
  CHECK(mmu.memory.exchanges == 0);
}

TEST_CASE("Svadu: the update is one step and atomic, nothing is written when A and D are set") {
  OneStage mmu;
  mmu.registers.accessed_dirty = AccessedDirty::update;
  const std::uint64_t flags = all_supervisor & ~(pte::accessed | pte::dirty);
  const std::uint64_t leaf = mmu.tables.map(0x1000, 0x5000, flags);
  CHECK_FALSE(mmu.good(0x1000, AccessType::load).writable);
  CHECK(mmu.memory.words[leaf] == make_entry(0x5000, flags | pte::accessed));
  CHECK(mmu.good(0x1000, AccessType::store).writable);
  CHECK(mmu.memory.words[leaf] == make_entry(0x5000, all_supervisor));
  CHECK(mmu.memory.exchanges == 2);
  mmu.recorder.steps.clear();
  mmu.good(0x1000, AccessType::store);
  CHECK(mmu.memory.exchanges == 2);
  CHECK(mmu.recorder.steps.size() == 3);
}

TEST_CASE("Svadu: the observer sees the update after the read of the same entry") {
  OneStage mmu;
  mmu.registers.accessed_dirty = AccessedDirty::update;
  const std::uint64_t leaf = mmu.tables.map(0x1000, 0x5000, all_supervisor & ~pte::dirty);
  const Translation translation = mmu.good(0x1000, AccessType::store);
  CHECK(translation.leaf == make_entry(0x5000, all_supervisor));
  REQUIRE(mmu.recorder.steps.size() == 4);
  CHECK(mmu.recorder.steps[3].kind == WalkStep::Kind::update);
  CHECK(mmu.recorder.steps[3].address.value == leaf);
}

TEST_CASE("Svadu: an entry that changed meanwhile is evaluated again") {
  OneStage mmu;
  mmu.registers.accessed_dirty = AccessedDirty::update;
  const std::uint64_t leaf = mmu.tables.map(0x1000, 0x5000, all_supervisor & ~pte::accessed);

  SECTION("it was taken away: page fault, and it stays away") {
    mmu.memory.before_exchange = [&] { mmu.memory.words[leaf] = 0; };
    CHECK(mmu.outcome_at(0x1000) == "page");
    CHECK(mmu.memory.words[leaf] == 0);
  }
  SECTION("it lost the permission") {
    mmu.memory.before_exchange = [&] {
      mmu.memory.words[leaf] = make_entry(0x5000, pte::valid | pte::read);
    };
    CHECK(mmu.outcome_at(0x1000, AccessType::store) == "page");
    CHECK(mmu.memory.words[leaf] == make_entry(0x5000, pte::valid | pte::read));
  }
  SECTION("it points elsewhere: the new page is used") {
    mmu.memory.before_exchange = [&] {
      mmu.memory.words[leaf] = make_entry(0x7000, all_supervisor & ~pte::accessed);
    };
    CHECK(mmu.good(0x1000).physical.value == 0x7000);
    CHECK(mmu.memory.words[leaf] == make_entry(0x7000, all_supervisor));
  }
  SECTION("it became a pointer: the walk would need another level") {
    mmu.memory.before_exchange = [&] { mmu.memory.words[leaf] = make_entry(0x7000, pte::valid); };
    CHECK(mmu.outcome_at(0x1000) == "page");
  }
}

TEST_CASE("a refused page-table access is an access fault, not a page fault") {
  OneStage mmu;
  mmu.registers.accessed_dirty = AccessedDirty::update;
  const std::uint64_t leaf = mmu.tables.map(0x1000, 0x5000, all_supervisor & ~pte::accessed);
  for (const AccessType type : access_types) {
    for (unsigned level = 0; level < 3; ++level) {
      const std::uint64_t address_of_entry = mmu.tables.entry_address(0x1000, level);
      mmu.memory.unreadable = {address_of_entry};
      CHECK(mmu.outcome_at(0x1000, type) == "access");
    }
    mmu.memory.unreadable.clear();
    mmu.memory.unwritable = {leaf};
    CHECK(mmu.outcome_at(0x1000, type) == "access");
  }
}

TEST_CASE("permissions decide before the A/D update is tried") {
  OneStage mmu;
  mmu.registers.accessed_dirty = AccessedDirty::update;
  const std::uint64_t leaf = mmu.tables.map(0x1000, 0x5000, pte::valid | pte::read);
  mmu.memory.unwritable = {leaf};
  CHECK(mmu.outcome_at(0x1000, AccessType::store) == "page");
  CHECK(mmu.outcome_at(0x1000, AccessType::load) == "access");
}

TEST_CASE("physical addresses beyond the implemented width are access faults") {
  OneStage mmu;
  mmu.registers.physical_address_bits = 40;
  mmu.tables.map(0x1000, (std::uint64_t{1} << 40) - 0x1000, all_supervisor);
  mmu.tables.map(0x2000, std::uint64_t{1} << 40, all_supervisor);
  CHECK(mmu.outcome_at(0x1000) == "ok");
  CHECK(mmu.outcome_at(0x2000) == "access");
  mmu.memory.words[mmu.tables.entry_address(0x1000, 1)] =
      make_entry(std::uint64_t{1} << 40, pte::valid);
  CHECK(mmu.outcome_at(0x1000) == "access");
}

}  // namespace
