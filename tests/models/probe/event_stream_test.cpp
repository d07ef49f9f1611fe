#include "models/probe/event_stream.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "models/probe/digest.hpp"

using namespace cyclevisor;

namespace {

/// Logs events, e.g. "r3" for an instruction that retired in cycle 3.
class Notes : public Sink {
 public:
  explicit Notes(Retirements needed = Retirements::all) : wanted(needed) {}

  void on(const Retire& event) override { note('r', event.cycle); }
  void on(const Trap& event) override { note('t', event.cycle); }
  Retirements wants() const override { return wanted; }

  Retirements wanted;
  std::string text;

 protected:
  void note(char kind, Cycle cycle) { text += kind + std::to_string(cycle.value) + " "; }
};

/// The same, with "(r1 r2 )" around instructions that came as one batch.
class Spans : public Notes {
 public:
  void on_plain(RetireSpan events) override {
    text += "(";
    for (const Retire& event : events) note('r', event.cycle);
    text += ")";
    largest = std::max(largest, events.size());
  }
  std::size_t largest = 0;
};

Retire retire(std::uint64_t cycle) {
  Retire event;
  event.cycle = Cycle(cycle);
  return event;
}
Trap trap(std::uint64_t cycle) {
  Trap event;
  event.cycle = Cycle(cycle);
  return event;
}

}  // namespace

TEST_CASE("plain instructions come before the next other event, in order") {
  EventStream stream;
  Notes each;
  Spans together;
  stream.attach(each);
  stream.attach(together);
  stream.plain() = retire(1);
  stream.plain() = retire(2);
  stream.plain() = retire(3);
  stream.publish(trap(4));
  stream.plain() = retire(5);
  stream.publish(retire(6));
  stream.plain() = retire(7);
  stream.flush();
  stream.flush();
  CHECK(each.text == "r1 r2 r3 t4 r5 r6 r7 ");
  // The first one alone, since it may be all that is needed.
  CHECK(together.text == "(r1 )(r2 r3 )t4 (r5 )r6 (r7 )");
}

TEST_CASE("any number of plain instructions is delivered, in batches of bounded size") {
  EventStream stream;
  Spans spans;
  Notes notes;
  stream.attach(spans);
  stream.attach(notes);
  std::string expected;
  for (std::uint64_t cycle = 0; cycle < 1000; ++cycle) {
    stream.plain() = retire(cycle);
    expected += "r" + std::to_string(cycle) + " ";
  }
  stream.flush();
  CHECK(notes.text == expected);
  CHECK(spans.largest > 1);
  CHECK(spans.largest < 1000);
}

TEST_CASE("a sink gets only the instructions that it needs, and all other events") {
  EventStream stream;
  CHECK(stream.wanted() == Retirements::none);
  Notes none(Retirements::none);
  Notes unusual(Retirements::unusual);
  stream.attach(none);
  CHECK(stream.wanted() == Retirements::none);
  stream.attach(unusual);
  CHECK(stream.wanted() == Retirements::none);
  CHECK(stream.wants_unusual());
  Notes regions(Retirements::regions);
  stream.attach(regions);
  CHECK(stream.wanted() == Retirements::regions);
  Notes all;
  stream.attach(all);
  CHECK(stream.wanted() == Retirements::all);
  stream.plain() = retire(1);
  stream.publish(retire(2));
  stream.publish(trap(3));
  CHECK(none.text == "t3 ");
  CHECK(unusual.text == "r2 t3 ");
  CHECK(regions.text == "r1 r2 t3 ");
  CHECK(all.text == "r1 r2 t3 ");
}

/// A sink with one region per 100 bytes.
class Regions : public Notes {
 public:
  Regions() : Notes(Retirements::regions) {}
  void on_region_visits(Span<RegionVisit> visits) override {
    text += "(";
    for (const RegionVisit& visit : visits) {
      text += std::to_string(visit.region) + " until " + std::to_string(visit.until.value) + " ";
    }
    text += ")";
  }
  CodeRegion region(VirtualAddress pc) const override {
    const auto number = static_cast<CodeRegion::Number>(pc.value / 100);
    return {VirtualAddress(100 * std::uint64_t{number}), 100, number};
  }
};

TEST_CASE("a sink that wants regions gets visits and all events but Retire") {
  EventStream stream;
  Regions regions;
  stream.attach(regions);
  CHECK(stream.wanted() == Retirements::regions);
  CHECK_FALSE(stream.wants_unusual());
  CHECK(stream.region(VirtualAddress(299)).number == 2);
  stream.visit(VirtualAddress(120), Cycle(11));
  stream.visit(VirtualAddress(124), Cycle(14));
  stream.visit(2, Cycle(15));
  CHECK(regions.text.empty());
  stream.publish(trap(16));
  stream.visit(VirtualAddress(250), Cycle(17));
  stream.visit(2, Cycle(18));
  stream.visit(VirtualAddress(150), Cycle(23));
  stream.flush();
  stream.flush();
  CHECK(regions.text == "(1 until 14 2 until 15 )t16 (2 until 18 1 until 23 )");
}

TEST_CASE("any number of visits can be collected") {
  EventStream stream;
  Regions regions;
  stream.attach(regions);
  std::string expected;
  for (unsigned i = 0; i < 200; ++i) {
    stream.visit(i % 2, Cycle(i));
    expected += std::to_string(i % 2) + " until " + std::to_string(i) + " ";
  }
  stream.flush();
  std::string text = regions.text;
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '(' || c == ')'; }),
             text.end());
  CHECK(text == expected);
}

TEST_CASE("an instruction that one sink needs is a visit to a sink that wants regions") {
  EventStream stream;
  Notes unusual(Retirements::unusual);
  Regions regions;
  stream.attach(unusual);
  stream.attach(regions);
  CHECK(stream.wanted() == Retirements::regions);
  CHECK(stream.wants_unusual());
  stream.visit(1, Cycle(10));
  Retire event = retire(11);
  event.pc = VirtualAddress(310);
  stream.publish(event);
  stream.publish(trap(12));
  CHECK(unusual.text == "r11 t12 ");
  CHECK(regions.text == "(1 until 10 )(3 until 11 )t12 ");
}

TEST_CASE(
    "a sink that wants regions gets instructions if other sinks need them, or other regions") {
  EventStream stream;
  Regions first, second;
  stream.attach(first);
  stream.attach(second);
  CHECK(stream.wanted() == Retirements::all);
  stream.plain() = retire(1);
  second.wanted = Retirements::none;
  stream.publish(trap(2));
  CHECK(stream.wanted() == Retirements::regions);
  second.wanted = Retirements::regions;
  first.wanted = Retirements::none;
  stream.publish(trap(3));
  // Not the second sink's region: the first sink's answer is still cached.
  CHECK(stream.wanted() == Retirements::all);
  stream.plain() = retire(4);
  stream.flush();
  CHECK(first.text == "r1 t2 t3 ");
  CHECK(second.text == "r1 t2 t3 r4 ");
}

TEST_CASE("what a sink needs may change with an event, and with many instructions") {
  EventStream stream;
  Notes notes(Retirements::none);
  stream.attach(notes);
  notes.wanted = Retirements::all;
  stream.publish(trap(1));
  CHECK(stream.wanted() == Retirements::all);
  // First soon after an event, then after many instructions.
  std::uint64_t told = 0;
  const auto tell_until_less = [&] {
    while (stream.wanted() == Retirements::all) {
      REQUIRE(++told < 1000);
      stream.plain() = retire(2);
    }
  };
  SECTION("soon") {
    notes.wanted = Retirements::none;
    tell_until_less();
    CHECK(notes.text == "t1 r2 ");
  }
  SECTION("later") {
    stream.plain() = retire(2);
    stream.plain() = retire(2);
    notes.wanted = Retirements::none;
    tell_until_less();
    CHECK(notes.text.rfind("t1 r2 r2 r2 ", 0) == 0);
  }
}

TEST_CASE("the digest does not depend on batches") {
  const auto digest = [](bool together) {
    EventStream stream;
    DigestSink sink;
    stream.attach(sink);
    for (std::uint64_t cycle = 1; cycle < 700; ++cycle) {
      Retire event = retire(cycle);
      event.pc = VirtualAddress(0x8000'0000 + 4 * cycle);
      event.rd_value = cycle * cycle;
      event.access.value = ~cycle;
      if (together) {
        stream.plain() = event;
      } else {
        stream.publish(event);
      }
      if (cycle % 300 == 0) stream.publish(trap(cycle));
    }
    stream.flush();
    CHECK(sink.events() == 701);
    return sink.hex();
  };
  CHECK(digest(true) == digest(false));
}
