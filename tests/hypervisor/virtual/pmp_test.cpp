// Physical memory protection where guests cannot look: what the physical PMP is given (privileged
// specification, "Physical Memory Protection").
#include "hypervisor/virtual/pmp.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "models/mmu/pmp.hpp"

using namespace cyclevisor::hypervisor;
using cyclevisor::AccessType;
using cyclevisor::PhysicalAddress;
using cyclevisor::PmpUnit;
using cyclevisor::PrivilegeMode;

namespace {

constexpr GuestAddress dram{0x80000000};
constexpr HostAddress partition{0x81200000};
constexpr std::uint64_t partition_bytes = 0x1000000;
constexpr HostAddress tables{0x80040000};
constexpr std::uint64_t table_bytes = 0x40000;

constexpr std::uint8_t napot = 0x18;
constexpr std::uint8_t tor = 0x08;
constexpr std::uint8_t locked = 0x80;

/// The hart's PMP with an image in it: U-mode, in which all guest code runs.
PmpUnit loaded(const VirtualPmp& guest, PmpView view) {
  PmpImage image;
  guest.fill(image, dram, partition, partition_bytes, tables, table_bytes);
  PmpUnit unit;
  for (unsigned i = 0; i < PmpImage::slots; ++i) unit.write_address(i, image.address[i]);
  unit.write_config(0, image.config_register(view, 0));
  unit.write_config(2, image.config_register(view, 1));
  return unit;
}

bool allows(const PmpUnit& unit, std::uint64_t guest_address, unsigned bytes, AccessType type) {
  const std::uint64_t host = guest_address - dram.value + partition.value;
  return unit.permits(PhysicalAddress(host), bytes, type, PrivilegeMode::user);
}

}  // namespace

TEST_CASE("without entries machine mode may do all and user mode nothing") {
  const VirtualPmp guest;
  CHECK_FALSE(guest.active());
  for (const AccessType type : {AccessType::fetch, AccessType::load, AccessType::store}) {
    CHECK(allows(loaded(guest, PmpView::machine), dram.value, 4, type));
    CHECK_FALSE(allows(loaded(guest, PmpView::user), dram.value, 4, type));
    CHECK(allows(loaded(guest, PmpView::modified), dram.value, 4, type) ==
          (type == AccessType::fetch));
  }
}

TEST_CASE("the page tables can be walked whatever the guest asks for") {
  VirtualPmp guest;
  guest.set_address(0, ~std::uint64_t{0});
  guest.set_config(0, napot | locked);
  for (const PmpView view : {PmpView::machine, PmpView::user, PmpView::modified}) {
    const PmpUnit unit = loaded(guest, view);
    CHECK(unit.permits(PhysicalAddress(tables.value), 8, AccessType::load,
                       PrivilegeMode::supervisor));
    CHECK(unit.permits(PhysicalAddress(tables.value + table_bytes - 8), 8, AccessType::load,
                       PrivilegeMode::supervisor));
    CHECK_FALSE(allows(unit, dram.value, 4, AccessType::load));
  }
}

TEST_CASE("entries for which there is no room permit nothing") {
  VirtualPmp guest;
  // Eight ranges that do not adjoin each other and are no powers of two take two slots each.
  for (unsigned i = 0; i < 8; ++i) {
    guest.set_address(2 * i, (dram.value + 0x1000 * i) >> 2);
    guest.set_address(2 * i + 1, (dram.value + 0x1000 * i + 0x300) >> 2);
  }
  guest.set_config(0, 0x0b00'0b00'0b00'0b00);
  guest.set_config(2, 0x0b00'0b00'0b00'0b00);
  const PmpUnit unit = loaded(guest, PmpView::user);
  for (unsigned i = 0; i < 8; ++i) {
    INFO(i);
    CHECK(allows(unit, dram.value + 0x1000 * i + 0x2fc, 4, AccessType::store) == (i < 7));
    CHECK_FALSE(allows(unit, dram.value + 0x1000 * i + 0x300, 4, AccessType::load));
  }
}

// The hart's own PMP model, given the same entries, is the referee: for every guest address inside
// the partition the image says the same.
TEST_CASE("an image says inside the partition what the guest's entries say") {
  std::mt19937_64 random(16);
  const auto near_dram = [&] {
    const std::uint64_t offsets[] = {0, 4, 8, 0x100, 0x1000, 0x200000, partition_bytes};
    return dram.value + offsets[random() % 7] + 4 * (random() % 8) - 16;
  };
  for (int round = 0; round < 3000; ++round) {
    VirtualPmp guest;
    PmpUnit referee;
    // At most seven entries: there is room for all, whatever they are.
    std::uint64_t config = 0;
    for (unsigned i = 0; i < 7; ++i) {
      std::uint64_t address = near_dram() >> 2;
      if (random() % 3 == 0) address |= (std::uint64_t{1} << random() % 30) - 1;
      if (random() % 16 == 0) address = random();
      guest.set_address(i, address);
      referee.write_address(i, address);
      config |= (random() & 0x9f) << 8 * i;
    }
    guest.set_config(0, config);
    referee.write_config(0, config);
    CHECK(guest.config(0) == referee.read_config(0));
    const PmpUnit user = loaded(guest, PmpView::user);
    const PmpUnit machine = loaded(guest, PmpView::machine);
    const PmpUnit modified = loaded(guest, PmpView::modified);
    for (int access = 0; access < 60; ++access) {
      const unsigned bytes = 1u << random() % 4;
      const std::uint64_t address = near_dram() & ~std::uint64_t{bytes - 1};
      if (address < dram.value || address + bytes > dram.value + partition_bytes) continue;
      for (const AccessType type : {AccessType::fetch, AccessType::load, AccessType::store}) {
        const PhysicalAddress at(address);
        const bool as_user = referee.permits(at, bytes, type, PrivilegeMode::user);
        const bool as_machine = referee.permits(at, bytes, type, PrivilegeMode::machine);
        INFO(std::hex << address << " " << bytes << " config " << config);
        REQUIRE(allows(user, address, bytes, type) == as_user);
        REQUIRE(allows(machine, address, bytes, type) == as_machine);
        REQUIRE(allows(modified, address, bytes, type) ==
                (type == AccessType::fetch ? as_machine : as_user));
        if (type == AccessType::fetch) continue;
        const PmpAccess kind = type == AccessType::load ? PmpAccess::load : PmpAccess::store;
        REQUIRE(guest.permits(PmpView::user, kind, GuestAddress{address}, bytes) == as_user);
        REQUIRE(guest.permits(PmpView::machine, kind, GuestAddress{address}, bytes) == as_machine);
      }
    }
  }
}

TEST_CASE("a locked entry cannot be written, nor the base of a locked TOR") {
  VirtualPmp guest;
  guest.set_address(0, 0x100);
  guest.set_address(1, 0x200);
  guest.set_config(0, std::uint64_t{locked | tor | 1} << 8);
  guest.set_address(0, 0x101);
  guest.set_address(1, 0x201);
  guest.set_config(0, 0);
  CHECK(guest.address(0) == 0x100);
  CHECK(guest.address(1) == 0x200);
  CHECK(guest.config(0) == std::uint64_t{locked | tor | 1} << 8);
  guest.set_address(15, ~std::uint64_t{0});
  CHECK(guest.address(15) == (std::uint64_t{1} << 54) - 1);
  guest.set_address(16, 1);
  CHECK(guest.address(16) == 0);
}
