#include "models/probe/event_stream.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "models/probe/digest.hpp"

using namespace cyclevisor;

namespace {

/// Writes down what it sees, as "r3" for an instruction that retired in cycle 3.
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

/// The same, with "(r1 r2 )" around instructions that came together.
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
  stream.publish(trap(3));
  stream.plain() = retire(4);
  stream.publish(retire(5));
  stream.plain() = retire(6);
  stream.flush();
  stream.flush();
  CHECK(each.text == "r1 r2 t3 r4 r5 r6 ");
  CHECK(together.text == "(r1 r2 )t3 (r4 )r5 (r6 )");
}

TEST_CASE("any number of plain instructions comes through, a bounded number at a time") {
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
  CHECK(stream.wanted() == Retirements::unusual);
  Notes places(Retirements::places);
  stream.attach(places);
  CHECK(stream.wanted() == Retirements::places);
  Notes all;
  stream.attach(all);
  CHECK(stream.wanted() == Retirements::all);
  stream.plain() = retire(1);
  stream.publish(retire(2));
  stream.publish(trap(3));
  CHECK(none.text == "t3 ");
  CHECK(unusual.text == "r2 t3 ");
  CHECK(places.text == "r1 r2 t3 ");
  CHECK(all.text == "r1 r2 t3 ");
}

TEST_CASE("places come as runs, and one by one to those who do not know runs") {
  class Runs : public Notes {
   public:
    Runs() : Notes(Retirements::places) {}
    void on_places(const StraightRun& run) override {
      text += "(";
      for (std::size_t i = 0; i < run.size(); ++i) {
        note('r', run[i].cycle);
        text += std::to_string(run[i].pc.value) + " ";
      }
      text += ")";
    }
  };
  EventStream stream;
  Notes unusual(Retirements::unusual);
  Notes each(Retirements::places);
  Runs runs;
  stream.attach(unusual);
  stream.attach(each);
  stream.attach(runs);
  constexpr StraightRun::Step steps[] = {{0, 1}, {4, 3}, {6, 4}};
  stream.publish(StraightRun(Cycle(10), VirtualAddress(100), steps, 3));
  stream.publish(trap(15));
  stream.publish(StraightRun(Cycle(20), VirtualAddress(100), steps + 1, 1));
  CHECK(unusual.text == "t15 ");
  CHECK(each.text == "r11 r13 r14 t15 r23 ");
  CHECK(runs.text == "(r11 100 r13 104 r14 106 )t15 (r23 104 )");
}

TEST_CASE("what a sink needs may change with an event, and with many instructions") {
  EventStream stream;
  Notes notes(Retirements::none);
  stream.attach(notes);
  notes.wanted = Retirements::all;
  stream.publish(trap(1));
  CHECK(stream.wanted() == Retirements::all);
  notes.wanted = Retirements::none;
  std::uint64_t told = 0;
  while (stream.wanted() == Retirements::all) {
    REQUIRE(++told < 1000);
    stream.plain() = retire(2);
  }
  CHECK(notes.text.rfind("t1 r2 r2 ", 0) == 0);
}

TEST_CASE("the digest does not depend on what came together") {
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
