// The page-table walker and real TLBs of the pipeline, through instructions: what a walk refuses,
// and what software sees that changes page tables without a fence. The judge is a list of what the
// tests themselves have written into the tables, not models/mmu.
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "models/engines/factory.hpp"
#include "tests/models/hart/privileged_tables.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

/// An engine with TLBs of `entries` entries; translations take the walker's time.
template <EngineChoice choice, unsigned entries>
EngineFactory walking(const MemoryMap& map) {
  PipelineSettings settings;
  // The tests write code and page tables from outside, past the caches.
  settings.instruction_cache.presence = settings.data_cache.presence = CachePresence::off;
  settings.instruction_tlb_entries = settings.data_tlb_entries = entries;
  settings.tlb_overlap = TlbOverlap::replace;
  settings.wfi_time_limit = 0;
  return engine_factory(choice, settings, map);
}

TestEngine any_engine() {
  return GENERATE(as<TestEngine>{}, walking<EngineChoice::stepped, 1>,
                  walking<EngineChoice::stepped, 4>, walking<EngineChoice::fast, 1>,
                  walking<EngineChoice::fast, 4>);
}

constexpr std::uint64_t pages = 4;
/// Their numbers have one bit each that the others do not have, so that merged entries would lead
/// to other pages of memory.
constexpr std::uint64_t frames[] = {ram + 0x9000, ram + 0xa000, ram + 0xc000};
constexpr std::uint64_t guest_pages = 0x6000'0000;

/// A loop in M-mode that loads and stores through page tables, which change meanwhile. It is not
/// interrupted by anything that would flush a TLB.
class ChangingTables : public Machine {
 public:
  enum class Stages { one, two };

  ChangingTables(std::mt19937_64& random, TestEngine engine, Stages stages)
      : Machine(default_isa, MisalignedAccess::hardware, engine),
        first_(*this, ram + 0x1'0000),
        guest_(*this, ram + 0x2'0000),
        random_(random),
        stages_(stages) {
    const bool two = stages == Stages::two;
    // The guest's own tables.
    for (std::uint64_t at = ram + 0x1'0000; two && at < ram + 0x2'0000; at += page) {
      guest_.map(at, at, entry::rwx | entry::U);
    }
    const std::uint32_t load = two ? encode::hlv_d(7, 10) : encode::ld(7, 10);
    const std::uint32_t store = two ? encode::hsv_d(0, 10) : encode::sd(0, 10);
    put_code(code,
             {encode::csrrw(0, number::mstatus, 0), encode::load(3, 10, 20),
              encode::load(3, 5, 20, 8), encode::csrrw(0, two ? number::vsatp : number::satp, 5),
              encode::csrrw(0, number::mstatus, 6), load, encode::csrrw(0, number::mstatus, 6),
              store, encode::jalr(0, 21)});
    put_code(m_vector, {csrrs_x(8, number::mepc), addi(8, 8, 4), encode::csrrw(0, number::mepc, 8),
                        encode::mret});
    change_request();
    if (two) {
      set(number::hgatp, guest_.atp());
      set(number::hstatus, field::spvp);
    }
    if (random() % 2 != 0) {
      set(number::menvcfg, std::uint64_t{1} << 61);
      set(number::henvcfg, std::uint64_t{1} << 61);
    }
    hart().set_x(6, field::mprv | field::mpp_s | field::sum);
    hart().set_horizon(end);
    hart().set_x(20, request);
    hart().set_x(21, code);
    hart().set_pc(VirtualAddress(code));
  }

  /// Changes something, then runs one instruction. Returns the page that it accessed with a
  /// translation; 0 if it did not access any.
  std::uint64_t next() {
    if (random_() % 4 == 0) change_request();
    if (random_() % 4 == 0) change_first();
    if (stages_ == Stages::two && random_() % 8 == 0) change_guest();
    Step step;
    do {
      step = this->step();
      // A TLB whose entries never permit the access would walk for ever.
      REQUIRE(hart().now() < end);
    } while (!step.retired && !step.trap);
    if (!step.retired || step.retired->access.address.value < window ||
        step.retired->access.address.value >= window + pages * page) {
      return 0;
    }
    return step.retired->access.physical.value / page * page;
  }

  std::set<std::uint64_t> mapped;  ///< the pages of memory that any entry has referred to

 private:
  static constexpr std::uint64_t request = ram + 0x5000;
  static constexpr Cycle end{1'000'000};

  static constexpr std::uint32_t csrrs_x(unsigned rd, unsigned number) {
    return encode::csrrs(rd, number, 0);
  }
  static constexpr std::uint32_t addi(unsigned rd, unsigned rs1, unsigned immediate) {
    return immediate << 20 | rs1 << 15 | rd << 7 | 0x13;
  }
  void put_code(std::uint64_t address, std::initializer_list<std::uint32_t> instructions) {
    for (const std::uint32_t instruction : instructions) {
      put(address, instruction);
      address += 4;
    }
  }

  /// The next address and address space of the loop.
  void change_request() {
    put64(request, window + random_() % pages * page + random_() % 512 * 8);
    put64(request + 8, first_.atp() | (random_() % 3) << 44);
  }
  void change_first() {
    const std::uint64_t to =
        stages_ == Stages::two ? guest_pages + random_() % pages * page : frames[random_() % 3];
    first_.map(window + random_() % pages * page, to, flags());
    if (stages_ == Stages::one) mapped.insert(to);
  }
  void change_guest() {
    const std::uint64_t to = frames[random_() % 3];
    guest_.map(guest_pages + random_() % pages * page, to, flags() | entry::U);
    mapped.insert(to);
  }
  /// Most permit loads, some stores too: an access that the TLB's entry does not permit is walked
  /// again.
  std::uint64_t flags() {
    constexpr std::uint64_t choices[] = {
        0, entry::X, entry::R, entry::R, entry::R | entry::W, entry::R | entry::W | entry::X};
    const std::uint64_t permissions = choices[random_() % 6];
    if (permissions == 0) return 0;
    std::uint64_t result = entry::V | permissions;
    if (random_() % 8 != 0) result |= entry::A;
    if (random_() % 8 != 0) result |= entry::D;
    if (random_() % 8 == 0) result |= entry::U;
    if (random_() % 4 == 0) result |= 1 << 5;  // G
    return result;
  }

  Tables first_;
  Tables guest_;
  std::mt19937_64& random_;
  Stages stages_;
};

}  // namespace

TEST_CASE("page tables without fences: only pages that a last-stage entry has mapped are reached") {
  using Stages = ChangingTables::Stages;
  const TestEngine engine = any_engine();
  const Stages stages = GENERATE(Stages::one, Stages::two);
  std::mt19937_64 random(2026);
  unsigned reached = 0;
  for (unsigned round = 0; round < 8; ++round) {
    ChangingTables machine(random, engine, stages);
    for (unsigned i = 0; i < 4000; ++i) {
      const std::uint64_t at = machine.next();
      if (at == 0) continue;
      ++reached;
      if (machine.mapped.count(at) == 1) continue;
      CAPTURE(round, i, at, stages == Stages::two);
      FAIL_CHECK("no entry has ever mapped this page");
    }
  }
  CHECK(reached > 400);
}

TEST_CASE("bits that are reserved in a pointer to the next level fault, at every level") {
  const TestEngine engine = any_engine();
  const PrivilegeMode mode = GENERATE(mode_s, mode_vs);
  for (unsigned bit : {4u, 6u, 7u, 54u, 55u, 56u, 57u, 58u, 59u, 60u, 61u, 62u, 63u}) {
    for (unsigned level : {2u, 1u}) {
      Paged machine(mode, MisalignedAccess::hardware, engine);
      machine.first.map(window, data, entry::rwx);
      std::uint64_t table = first_root;
      for (unsigned at = 2; at > level; --at) {
        table = machine.get64(table + (window >> (12 + 9 * at) & 0x1ff) * 8) >> 10 << 12;
      }
      const std::uint64_t pointer = table + (window >> (12 + 9 * level) & 0x1ff) * 8;
      machine.put64(pointer, machine.get64(pointer) | std::uint64_t{1} << bit);
      CAPTURE(name(mode), bit, level);
      check_trap(machine.run(encode::ld(5, 10)), 13, window);
      check_trap(machine.run(encode::sd(5, 10)), 15, window);
      machine.run(encode::jalr(0, 10));
      check_trap(machine.step(), 12, window);
    }
  }
}

TEST_CASE("Svadu: an update of A or D that PMP denies is an access fault and changes nothing") {
  const TestEngine engine = any_engine();
  const PrivilegeMode mode = GENERATE(mode_s, mode_vs);
  struct Row {
    std::uint64_t flags;
    std::uint32_t instruction;
    unsigned cause;
  };
  const std::uint64_t plain = entry::rwx & ~(entry::A | entry::D);
  for (const Row& row : {Row{plain, encode::ld(5, 10), 5}, Row{plain, encode::sd(5, 10), 7},
                         Row{plain | entry::A, encode::sd(5, 10), 7},
                         Row{plain | entry::A, encode::amoadd_d(5, 10, 6), 7}}) {
    Paged machine(mode, MisalignedAccess::hardware, engine);
    machine.set(number::menvcfg, std::uint64_t{1} << 61);
    machine.set(number::henvcfg, std::uint64_t{1} << 61);
    const std::uint64_t leaf = machine.first.map(window, data, row.flags);
    const std::uint64_t before = machine.get64(leaf);
    // Entry 0: the leaf's page, NAPOT, R only. Entry 1: everything.
    machine.set(number::pmpaddr0, leaf / page * page >> 2 | 0x1ff);
    machine.set(number::pmpaddr0 + 1, ~std::uint64_t{0});
    machine.set(number::pmpcfg0, 0x1f19);
    CAPTURE(name(mode), row.cause, row.flags);
    check_trap(machine.run(row.instruction), row.cause, window);
    CHECK(machine.get64(leaf) == before);
  }
  Paged machine(mode, MisalignedAccess::hardware, engine);
  machine.set(number::menvcfg, std::uint64_t{1} << 61);
  machine.set(number::henvcfg, std::uint64_t{1} << 61);
  const std::uint64_t leaf = machine.first.map(window, data, plain);
  machine.set(number::pmpaddr0, leaf / page * page >> 2 | 0x1ff);
  machine.set(number::pmpaddr0 + 1, ~std::uint64_t{0});
  machine.set(number::pmpcfg0, 0x1f19);
  machine.run(encode::jalr(0, 10));
  check_trap(machine.step(), 1, window);
  CHECK(machine.get64(leaf) == plain + (data >> 2));
}

TEST_CASE("HLVX reads what PMP and the memory's attributes let be read and executed") {
  const TestEngine engine = any_engine();
  // NAPOT over the data page: X R.
  struct Row {
    std::uint64_t permission;
    bool permitted;
  };
  for (const Row& row : {Row{5, true}, Row{1, false}, Row{4, false}, Row{0, false}, Row{7, true}}) {
    Paged machine(mode_vs, MisalignedAccess::hardware, engine);
    machine.first.map(window, data, entry::V | entry::X | entry::A);
    machine.set(number::hstatus, field::spvp);
    machine.set(number::pmpaddr0, data >> 2 | 0x1ff);
    machine.set(number::pmpaddr0 + 1, ~std::uint64_t{0});
    machine.set(number::pmpcfg0, 0x1f18 | row.permission);
    for (const std::uint32_t instruction : {encode::hlvx_hu(5, 10), encode::hlvx_wu(5, 10)}) {
      CAPTURE(row.permission, instruction);
      const Step step = static_cast<Machine&>(machine).run(mode_s, instruction);
      if (row.permitted) {
        CHECK(step.retired);
      } else {
        check_trap(step, 5, window);
      }
    }
  }
  // Most devices are not executable.
  Paged machine(mode_vs, MisalignedAccess::hardware, engine);
  machine.first.map(window, guest_pages, entry::rwx);
  machine.guest.map(guest_pages, data_device, entry::rwx | entry::U);
  machine.set(number::hstatus, field::spvp);
  check_trap(static_cast<Machine&>(machine).run(mode_s, encode::hlvx_wu(5, 10)), 5, window);
}

TEST_CASE("a misaligned access that PMP denies in part: mtval is the address of the denied part") {
  const TestEngine engine = any_engine();
  const bool second_permitted = GENERATE(false, true);
  for (const std::uint64_t boundary : {std::uint64_t{0x40}, std::uint64_t{0x48}}) {
    for (unsigned before = 1; before < 8; ++before) {
      Machine machine(Machine::default_isa, MisalignedAccess::hardware, engine);
      // Entry 0: off. Entries 1 and 2, TOR: data up to the boundary, and behind it. Entry 3:
      // everything.
      machine.set(number::pmpaddr0, data >> 2);
      machine.set(number::pmpaddr0 + 1, (data + boundary) >> 2);
      machine.set(number::pmpaddr0 + 2, (data + page) >> 2);
      machine.set(number::pmpaddr0 + 3, ~std::uint64_t{0});
      machine.set(number::pmpcfg0, second_permitted ? 0x1f0f0800 : 0x1f080f00);
      const std::uint64_t address = data + boundary - before;
      machine.hart().set_x(10, address);
      CAPTURE(boundary, before, second_permitted);
      const std::uint64_t denied = second_permitted ? address : data + boundary;
      check_trap(machine.run(mode_s, encode::ld(5, 10)), 5, denied);
      check_trap(machine.run(mode_s, encode::sd(5, 10)), 7, denied);
    }
  }
}
