#include "models/uart/terminal.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace cyclevisor {
namespace {

using Kind = TerminalStep::Kind;
using sc_core::SC_NS;
using sc_core::sc_time;

struct Bench {
  std::vector<std::pair<std::uint64_t, char>> typed;  ///< nanosecond, character
  Terminal terminal;
  explicit Bench(std::vector<TerminalStep> steps)
      : terminal("terminal", sc_time(10, SC_NS), sc_time(500, SC_NS), std::move(steps),
                 [this](std::uint8_t c) {
                   typed.emplace_back(sc_core::sc_time_stamp() / sc_time(1, SC_NS),
                                      static_cast<char>(c));
                 }) {}
  void run(double nanoseconds) { sc_core::sc_start(sc_time(nanoseconds, SC_NS)); }
  void hear(const std::string& text) {
    for (const char c : text) terminal.receive(static_cast<std::uint8_t>(c));
  }
};

using Typed = std::vector<std::pair<std::uint64_t, char>>;

TEST_CASE("each typed character takes a character time") {
  Bench b({{Kind::send, "ab", 0}, {Kind::send, "c", 0}});
  CHECK(b.terminal.active());
  b.run(5000);
  CHECK(b.typed == Typed{{500, 'a'}, {1000, 'b'}, {1500, 'c'}});
  CHECK(b.terminal.done() == 2);
  CHECK_FALSE(b.terminal.active());
}

TEST_CASE("a pause is counted in clock cycles") {
  Bench b({{Kind::wait, "", 100}, {Kind::send, "a", 0}});
  b.run(5000);
  CHECK(b.typed == Typed{{1500, 'a'}});
}

TEST_CASE("expect waits for exactly its text") {
  Bench b({{Kind::expect, "aab", 0}, {Kind::send, "x", 0}});
  b.run(100);
  CHECK_FALSE(b.terminal.active());
  b.hear("ab.aa");
  b.run(1900);
  CHECK(b.typed.empty());
  b.hear("ab");  // the beginning may overlap with earlier output
  CHECK(b.terminal.active());
  b.run(1000);
  CHECK(b.typed == Typed{{2500, 'x'}});
}

TEST_CASE("output sent before an expect step counts, each character once") {
  Bench b({{Kind::send, "x", 0},
           {Kind::expect, "ok", 0},
           {Kind::expect, "ok", 0},
           {Kind::send, "y", 0}});
  b.hear("ok");
  b.run(1000);
  CHECK(b.typed == Typed{{500, 'x'}});
  CHECK(b.terminal.done() == 2);
  b.hear("ok");
  b.run(1000);
  CHECK(b.typed == Typed{{500, 'x'}, {1500, 'y'}});
}

TEST_CASE("a script without steps is done") {
  Bench b({});
  b.hear("anything");
  b.run(100);
  CHECK(b.terminal.done() == 0);
  CHECK_FALSE(b.terminal.active());
}

}  // namespace
}  // namespace cyclevisor
