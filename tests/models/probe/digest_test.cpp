#include "models/probe/digest.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <string>

using namespace cyclevisor;

namespace {

template <class Event>
std::string digest_of(const Event& event) {
  DigestSink sink;
  sink.on(event);
  return sink.hex();
}

/// Every change of the default event must give a different digest.
template <class Event>
void every_field_counts(const std::vector<std::function<void(Event&)>>& changes) {
  std::set<std::string> digests = {digest_of(Event{})};
  for (const auto& change : changes) {
    Event event;
    change(event);
    digests.insert(digest_of(event));
  }
  CHECK(digests.size() == changes.size() + 1);
}

}  // namespace

TEST_CASE("the digest of nothing is XXH3-128 of no bytes") {
  // The published test vector of xxHash for an empty input and seed 0.
  CHECK(DigestSink().hex() == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("any field of a Retire changes the digest") {
  every_field_counts<Retire>({
      [](Retire& e) { e.cycle = Cycle(1); },
      [](Retire& e) { e.pc = VirtualAddress(1); },
      [](Retire& e) { e.instruction = 1; },
      [](Retire& e) { e.mode = PrivilegeMode::user; },
      [](Retire& e) { e.rd = 1; },
      [](Retire& e) { e.rd_value = 1; },
      [](Retire& e) { e.csr = 1; },
      [](Retire& e) { e.csr_value = 1; },
      [](Retire& e) { e.access.kind = MemoryAccess::Kind::load; },
      [](Retire& e) { e.access.bytes = 1; },
      [](Retire& e) { e.access.address = VirtualAddress(1); },
      [](Retire& e) { e.access.physical = PhysicalAddress(1); },
      [](Retire& e) { e.access.value = 1; },
      [](Retire& e) { e.physical_pc = PhysicalAddress(1); },
  });
}

TEST_CASE("any field of a Trap changes the digest") {
  every_field_counts<Trap>({
      [](Trap& e) { e.cycle = Cycle(1); },
      [](Trap& e) { e.epc = VirtualAddress(1); },
      [](Trap& e) { e.instruction = 1; },
      [](Trap& e) { e.cause = 1; },
      [](Trap& e) { e.tval = 1; },
      [](Trap& e) { e.tval2 = 1; },
      [](Trap& e) { e.tinst = 1; },
      [](Trap& e) { e.from = PrivilegeMode::user; },
      [](Trap& e) { e.to = PrivilegeMode::user; },
      [](Trap& e) { e.vector = VirtualAddress(1); },
      [](Trap& e) { e.x[1] = 1; },
      [](Trap& e) { e.x[31] = 1; },
  });
}

TEST_CASE("any field of a TrapReturn changes the digest") {
  every_field_counts<TrapReturn>({
      [](TrapReturn& e) { e.cycle = Cycle(1); },
      [](TrapReturn& e) { e.pc = VirtualAddress(1); },
      [](TrapReturn& e) { e.instruction = 1; },
      [](TrapReturn& e) { e.from = PrivilegeMode::user; },
      [](TrapReturn& e) { e.to = PrivilegeMode::user; },
      [](TrapReturn& e) { e.target = VirtualAddress(1); },
      [](TrapReturn& e) { e.x[31] = 1; },
  });
}

TEST_CASE("any field of the smaller events changes the digest") {
  every_field_counts<AddressSpace>({
      [](AddressSpace& e) { e.cycle = Cycle(1); },
      [](AddressSpace& e) { e.satp = 1; },
      [](AddressSpace& e) { e.vsatp = 1; },
      [](AddressSpace& e) { e.hgatp = 1; },
  });
  every_field_counts<Idle>({
      [](Idle& e) { e.cycle = Cycle(1); },
      [](Idle& e) { e.until = Cycle(1); },
  });
  every_field_counts<BusRequest>({
      [](BusRequest& e) { e.cycle = Cycle(1); },
      [](BusRequest& e) { e.address = PhysicalAddress(1); },
      [](BusRequest& e) { e.bytes = 1; },
      [](BusRequest& e) { e.write = true; },
      [](BusRequest& e) { e.data = 1; },
  });
  every_field_counts<BusTransfer>({
      [](BusTransfer& e) { e.cycle = Cycle(1); },
      [](BusTransfer& e) { e.end = Cycle(1); },
      [](BusTransfer& e) { e.address = PhysicalAddress(1); },
      [](BusTransfer& e) { e.bytes = 1; },
      [](BusTransfer& e) { e.write = true; },
      [](BusTransfer& e) { e.error = true; },
      [](BusTransfer& e) { e.data = 1; },
  });
  every_field_counts<ApbTransfer>({
      [](ApbTransfer& e) { e.cycle = Cycle(1); },
      [](ApbTransfer& e) { e.end = Cycle(1); },
      [](ApbTransfer& e) { e.paddr = 1; },
      [](ApbTransfer& e) { e.pwrite = true; },
      [](ApbTransfer& e) { e.pstrb = 1; },
      [](ApbTransfer& e) { e.pslverr = true; },
      [](ApbTransfer& e) { e.data = 1; },
  });
  every_field_counts<InterruptLine>({
      [](InterruptLine& e) { e.cycle = Cycle(1); },
      [](InterruptLine& e) { e.number = 7; },
      [](InterruptLine& e) { e.level = true; },
  });
}

TEST_CASE("kind, order and number of events count") {
  const auto run = [](std::initializer_list<int> kinds) {
    DigestSink sink;
    for (int kind : kinds) {
      if (kind == 0) sink.on(Idle{});
      if (kind == 1) sink.on(InterruptLine{});
    }
    CHECK(sink.events() == kinds.size());
    return sink.hex();
  };
  CHECK(std::set<std::string>{run({}), run({0}), run({1}), run({0, 1}), run({1, 0}), run({0, 0}),
                              run({1, 1})}
            .size() == 7);
}

TEST_CASE("the digest can be read at any time, and more events added") {
  const auto feed = [](DigestSink& sink, unsigned count, unsigned from) {
    for (unsigned i = 0; i < count; ++i) {
      Trap trap;
      trap.cycle = Cycle(from + i);
      sink.on(trap);
    }
  };
  // More than one buffer full, so that the boundary between buffers is crossed.
  DigestSink once;
  feed(once, 2000, 0);
  DigestSink asked;
  feed(asked, 777, 0);
  const std::string early = asked.hex();
  CHECK(early == asked.hex());
  feed(asked, 1223, 777);
  CHECK(asked.hex() == once.hex());
  CHECK(early != once.hex());
}
