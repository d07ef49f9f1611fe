// Coverage from the event stream: what is counted for whom, and that a damaged file is no crash.
#include "platform/coverage/coverage.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <sstream>
#include <string>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"
#include "platform/coverage/lcov.hpp"

namespace cyclevisor {
namespace {

using Catch::Contains;

constexpr std::uint64_t code = 0x8000'0000;
constexpr std::uint64_t satp_asid_1 = std::uint64_t{8} << 60 | std::uint64_t{1} << 44;

/// Two lines of four bytes; the second is a branch back to the first.
CodeMap two_lines(const std::string& file) {
  CodeMap map;
  map.files = {file};
  map.lines = {{code, code + 4, 0, 1}, {code + 4, code + 8, 0, 2}};
  map.branches = {{code + 4, code + 8, code, 0, 2}};
  return map;
}

/// A hypervisor and a guest at the same addresses.
class Run {
 public:
  Run()
      : watch_(platform()),
        coverage(platform(), watch_,
                 {CoveredProgram("hypervisor", two_lines("h.cpp")),
                  CoveredProgram("guest", two_lines("g.cpp"))}) {
    stream_.attach(watch_);
    stream_.attach(coverage);
    stream_.publish(AddressSpace{Cycle(0), satp_asid_1, 0, 0});
  }

  void retire(std::uint64_t pc, PrivilegeMode mode) {
    Retire event;
    event.pc = VirtualAddress(pc);
    event.mode = mode;
    stream_.publish(event);
  }
  void trap(std::uint64_t epc) {
    Trap event;
    event.epc = VirtualAddress(epc);
    event.from = PrivilegeMode::user;
    event.to = PrivilegeMode::machine;
    stream_.publish(event);
  }
  void resume() {
    TrapReturn event;
    event.to = PrivilegeMode::user;
    stream_.publish(event);
  }

 private:
  static ObservedPlatform platform() {
    ObservedPlatform platform;
    platform.vms.push_back(
        {1, "guest", PhysicalAddress(0x8100'0000), 0x100'0000, PhysicalAddress(0)});
    return platform;
  }
  EventStream stream_;
  VmWatch watch_;

 public:
  Coverage coverage;
};

TEST_CASE("an instruction counts for the program whose address space it ran in") {
  Run run;
  run.retire(code, PrivilegeMode::machine);
  run.resume();
  run.retire(code, PrivilegeMode::user);
  run.retire(code, PrivilegeMode::user);
  run.trap(code + 4);
  run.retire(code + 4, PrivilegeMode::machine);
  const auto& programs = run.coverage.programs();
  CHECK(programs[0].retired(code) == 1);
  CHECK(programs[0].retired(code + 4) == 1);
  CHECK(programs[1].retired(code) == 2);
  CHECK(programs[1].retired(code + 4) == 0);
}

TEST_CASE("an interrupt between a branch and what follows it hides neither way") {
  Run run;
  run.resume();
  run.retire(code + 4, PrivilegeMode::user);  // taken, interrupted before its target retires
  run.trap(code);
  run.retire(code + 8, PrivilegeMode::machine);
  run.resume();
  run.retire(code, PrivilegeMode::user);
  run.retire(code + 4, PrivilegeMode::user);  // not taken
  run.retire(code + 8, PrivilegeMode::user);
  run.retire(code + 4, PrivilegeMode::user);  // the run ends before it is known
  const auto& outcomes = run.coverage.programs()[1].outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].taken == 1);
  CHECK(outcomes[0].not_taken == 1);
  CHECK(run.coverage.programs()[0].outcomes()[0].taken == 0);
}

TEST_CASE("addresses outside a program's lines count nowhere") {
  Run run;
  for (const std::uint64_t pc : {std::uint64_t{0}, code - 2, code + 8, ~std::uint64_t{1}}) {
    run.retire(pc, PrivilegeMode::machine);
  }
  CHECK(run.coverage.programs()[0].retired(code) == 0);
  CHECK(run.coverage.programs()[0].retired(code + 4) == 0);
}

TEST_CASE("names cannot break the tracefile") {
  CodeMap map = two_lines("a\nend_of_record.cpp");
  map.functions.push_back({"f(int, char)\n", 0, 1, {code}});
  std::ostringstream out;
  write_lcov(out, {CoveredProgram("my-vm", map)});
  CHECK_THAT(out.str(), Contains("TN:my_vm\nSF:a?end_of_record.cpp\n"));
  CHECK_THAT(out.str(), Contains("FN:1,f(int; char)?\n"));
}

TEST_CASE("the guest's lines, functions and branches are read") {
  const CodeMap map = read_code_map(read_file(GUEST_ELF, "rtos.elf"), "rtos.elf");
  const auto file = std::find(map.files.begin(), map.files.end(), "guests/rtos/kernel.cpp");
  REQUIRE(file != map.files.end());
  CHECK(map.lines.size() > 100);
  CHECK(map.branches.size() > 20);
  const CodeLine* first = map.line_at(map.first());
  REQUIRE(first != nullptr);
  CHECK(map.files[first->file] == "guests/common/start.S");
  CHECK(map.line_at(map.first() - 2) == nullptr);
  CHECK(map.line_at(map.end()) == nullptr);
  for (std::size_t i = 1; i < map.lines.size(); ++i) {
    REQUIRE(map.lines[i - 1].end <= map.lines[i].first);
  }
}

TEST_CASE("a raw image has no lines") {
  CHECK(read_code_map("no ELF file at all", "x.bin").lines.empty());
}

TEST_CASE("damaged files are messages, not crashes") {
  const std::string good = read_file(GUEST_ELF, "rtos.elf");
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string bad = good;
    for (int flips = 0; flips < 20; ++flips) {
      bad[random() % bad.size()] = static_cast<char>(random());
    }
    if (round % 4 == 0) bad.resize(random() % bad.size());
    try {
      std::ostringstream out;
      write_lcov(out, {CoveredProgram("guest", read_code_map(bad, "x.elf"))});
    } catch (const ConfigurationError& error) {
      CHECK_THAT(error.what(), Contains("x.elf: the debug information is damaged"));
    }
  }
}

}  // namespace
}  // namespace cyclevisor
