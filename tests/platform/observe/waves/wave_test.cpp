#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "platform/observe/waves/fst_blocks.hpp"
#include "tests/platform/observe/waves/vcd.hpp"
#include "tests/platform/observe/waves/wave_sample.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

namespace fs = std::filesystem;

/// A new folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "cyclevisor-wave-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Vcd sample(const Folder& folder) {
  CHECK(write_wave_sample(folder.path(), WaveFormat::vcd) == 0);
  return Vcd(folder / "trace.vcd");
}

/// The picosecond at which a cycle of 100 MHz begins.
constexpr std::uint64_t begin(std::uint64_t cycle) { return cycle * 10'000; }

/// fst2vcd comes with GTKWave: a reader that is not ours.
void convert(const std::string& fst, const std::string& vcd, const std::string& options = "") {
  REQUIRE(std::system(("fst2vcd " + options + " -f " + fst + " -o " + vcd).c_str()) == 0);
}

constexpr const char* views[] = {"timer.gtkw", "bus.gtkw", "hypervisor.gtkw", "latency.gtkw"};

/// The changes of a text signal (which fst2vcd writes as "s" records): picosecond and text.
std::vector<std::pair<std::uint64_t, std::string>> text_changes(const std::string& vcd,
                                                                const std::string& name) {
  std::vector<std::pair<std::uint64_t, std::string>> changes;
  std::istringstream lines(contents(vcd));
  std::string code;
  std::uint64_t time = 0;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, std::regex(R"(\$var string \d+ (\S+) )" + name + R"( .*)"))) {
      code = match[1];
    } else if (line[0] == '#') {
      time = std::stoull(line.substr(1));
    } else if (line[0] == 's' && line.substr(line.rfind(' ') + 1) == code) {
      const std::string text = line.substr(1, line.rfind(' ') - 1);
      changes.emplace_back(time, std::regex_replace(text, std::regex(R"(\\040)"), " "));
    }
  }
  return changes;
}

std::vector<std::string> viewed_signals(const std::string& view) {
  std::vector<std::string> names;
  std::istringstream lines(view);
  const std::regex signal(R"(^(?:\+\{[^}]*\} )?((?:TOP|platform)\.\S+)$)");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, signal)) names.push_back(match[1]);
  }
  return names;
}

}  // namespace

TEST_CASE("waves: a signal of the platform changes in the cycle of its event") {
  const Folder folder;
  const Vcd vcd = sample(folder);
  const auto at = [&](const char* name, std::uint64_t cycle) { return vcd.at(name, begin(cycle)); };
  constexpr auto mode = "platform.hart.mode[2:0]";
  constexpr auto vm = "platform.hart.vm[7:0]";
  constexpr auto cause = "platform.hart.cause[7:0]";
  CHECK(at(mode, 0) == 3);
  CHECK(at(mode, 9) == 3);
  CHECK(at(vm, 9) == 0);
  CHECK(at(mode, 10) == 0);
  CHECK(at(vm, 10) == 1);
  CHECK(at(cause, 99) == wave_cause_none);
  CHECK(at(cause, 100) == 15);
  CHECK(at(vm, 100) == 0);
  CHECK(at("platform.hart.pc[63:0]", 103) == code);
  CHECK(at("platform.hart.pc[63:0]", 104) == 0x8000'0200);
  CHECK(at(cause, 110) == wave_cause_none);
  CHECK(at(vm, 502) == 1);
  CHECK(at(cause, 503) == (64 | 7));
  CHECK(at(mode, 503) == 3);
  CHECK(at(vm, 609) == 0);
  CHECK(at(vm, 610) == 2);
  for (std::uint64_t cycle = 111; cycle < 503; ++cycle) {
    REQUIRE(at("platform.hart.pc[63:0]", cycle) == code + 4 * (cycle & 15));
  }
  CHECK(at("platform.hart.wfi", 579) == 0);
  CHECK(at("platform.hart.wfi", 580) == 1);
  CHECK(at("platform.hart.wfi", 589) == 1);
  CHECK(at("platform.hart.wfi", 590) == 0);
}

TEST_CASE("waves: a bus transfer is valid from its request to its response") {
  const Folder folder;
  const Vcd vcd = sample(folder);
  const auto at = [&](const char* name, std::uint64_t cycle) { return vcd.at(name, begin(cycle)); };
  for (std::uint64_t cycle = 95; cycle < 115; ++cycle) {
    CAPTURE(cycle);
    CHECK(at("platform.bus.valid", cycle) == (cycle >= 101 && cycle <= 104 ? 1 : 0));
    CHECK(at("platform.bus.ready", cycle) == (cycle == 104 ? 1 : 0));
  }
  CHECK(at("platform.bus.address[55:0]", 101) == mtimecmp);
  CHECK(at("platform.bus.wdata[63:0]", 101) == 50);
  CHECK(at("platform.bus.write", 101) == 1);
  CHECK(at("platform.bus.bytes[3:0]", 101) == 8);
}

TEST_CASE("waves: the RTL's pins and registers stand beside it") {
  const Folder folder;
  const Vcd vcd = sample(folder);
  const auto at = [&](const char* name, std::uint64_t cycle) { return vcd.at(name, begin(cycle)); };
  for (std::uint64_t cycle = 0; cycle < 900; ++cycle) {
    REQUIRE(at("TOP.timer.u_core.mtime_q[63:0]", cycle) == cycle / 10);
    REQUIRE(vcd.at("TOP.timer.clk_i", begin(cycle)) == 1);
    REQUIRE(vcd.at("TOP.timer.clk_i", begin(cycle) + 5'000) == 0);
  }
  CHECK(at("TOP.timer.psel_i", 101) == 1);
  CHECK(at("TOP.timer.penable_i", 101) == 0);
  CHECK(at("TOP.timer.penable_i", 102) == 1);
  CHECK(at("TOP.timer.pauser_i", 102) == 1);
  CHECK(at("TOP.timer.mtip_o", 499) == 0);
  CHECK(at("TOP.timer.mtip_o", 500) == 1);
  CHECK(at("platform.hart.mtip", 499) == 0);
  CHECK(at("platform.hart.mtip", 500) == 1);
  CHECK(vcd.times().back() == begin(900));
}

TEST_CASE("waves: FST and VCD say the same") {
  const Folder fst, vcd;
  CHECK(write_wave_sample(fst.path(), WaveFormat::fst) == 0);
  CHECK(write_wave_sample(vcd.path(), WaveFormat::vcd) == 0);
  convert(fst / "trace.fst", fst / "trace.vcd");
  const Vcd a(fst / "trace.vcd");
  const Vcd b(vcd / "trace.vcd");
  std::size_t compared = 0;
  for (const auto& [name, changes] : b.signals()) {
    if (!a.has(name)) continue;  // parameters are declared in different places
    CAPTURE(name);
    CHECK(a.signals().at(name) == changes);
    ++compared;
  }
  CHECK(compared > wave_signals.size() + 30);
}

TEST_CASE("waves: FST has names for mode, VM and cause") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::fst);
  convert(folder / "trace.fst", folder / "trace.vcd", "-e");
  const std::string text = contents(folder / "trace.vcd");
  for (const char* word : {"hypervisor", "rtos", "tickless", "machine_timer_interrupt",
                           "illegal_instruction", "store/AMO_page_fault"}) {
    CAPTURE(word);
    CHECK(text.find(word) != std::string::npos);
  }
}

TEST_CASE("waves: VCD has translate filters instead") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::vcd);
  CHECK(contents(folder / "trace.mode.filter") == "0 U\n1 S\n3 M\n4 VU\n5 VS\n");
  const std::string causes = contents(folder / "trace.cause.filter");
  CHECK(causes.find("02 illegal_instruction\n") != std::string::npos);
  CHECK(causes.find("47 machine_timer_interrupt\n") != std::string::npos);
  CHECK(causes.find("FF -\n") != std::string::npos);
}

TEST_CASE("waves: VMs have their colours, registers their names") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::vcd);
  CHECK(contents(folder / "trace.vm.filter") ==
        "00 ?SlateGray?hypervisor\n01 ?RoyalBlue?rtos\n02 ?DarkOrange?tickless\n");
  CHECK(contents(folder / "trace.register.filter").find("4004 mtimecmp.high\n") !=
        std::string::npos);
}

TEST_CASE("waves: FST has the running function as a text") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::fst);
  convert(folder / "trace.fst", folder / "trace.vcd", "-e");
  const auto texts = text_changes(folder / "trace.vcd", "function");
  const std::vector<std::pair<std::uint64_t, std::string>> expected = {
      {0, ""},
      {begin(20), "rtos: main"},  // of the first trap; what was before is not known
      {begin(104), "handle_trap"},
      {begin(111), "rtos: main"},
      {begin(561), "rtos: tick()"},
      {begin(570), "rtos: main"},
      {begin(611), "tickless: loop"},
      {begin(624), ""},  // before VM 2's only symbol
      {begin(626), "tickless: loop"}};
  REQUIRE(texts.size() > expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(texts[i].first == expected[i].first);
    CHECK(texts[i].second == expected[i].second);
  }
}

TEST_CASE("waves: a program beside the waves names every place") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::fst);
  // Hypervisor, VM 1, VM 2, an address before its first symbol, something that is no place.
  const std::string values =
      "0000000080000204\n0100000080000800\n0200000080000110\n0200000080000000\nxx\n";
  REQUIRE(std::system(("printf '" + values + "' | '" + (folder / "trace.symbol.filter") + "' > '" +
                       (folder / "answers") + "'")
                          .c_str()) == 0);
  CHECK(contents(folder / "answers") ==
        "?SlateGray?hypervisor: handle_trap+0x4\n?RoyalBlue?rtos: tick()\n"
        "?DarkOrange?tickless: loop+0x8\n?DarkOrange?tickless: 0x80000000\nxx\n");
}

TEST_CASE("waves: the hypervisor's stage changes with its functions") {
  const Folder folder;
  const Vcd vcd = sample(folder);
  const auto stage = [&](std::uint64_t cycle) {
    return vcd.at("platform.hart.stage[3:0]", begin(cycle));
  };
  CHECK(stage(103) == 0);  // still the guest's instruction, which trapped
  CHECK(stage(104) == 1 + static_cast<std::uint64_t>(HypervisorStage::device));
  CHECK(stage(110) == 1 + static_cast<std::uint64_t>(HypervisorStage::device));
  CHECK(stage(111) == 0);
  CHECK(contents(folder / "trace.stage.filter").find("4 device\n") != std::string::npos);
}

TEST_CASE("waves: each VM's timer interrupt as signals") {
  const Folder folder;
  const Vcd vcd = sample(folder);
  const auto at = [&](const char* name, std::uint64_t cycle) { return vcd.at(name, begin(cycle)); };
  const auto phase = [&](std::uint64_t cycle) {
    return static_cast<WavePhase>(at("platform.vm.rtos.phase[2:0]", cycle));
  };
  CHECK(at("platform.vm.rtos.running", 9) == 0);
  CHECK(at("platform.vm.rtos.running", 10) == 1);
  CHECK(at("platform.vm.rtos.running", 610) == 0);
  CHECK(at("platform.vm.tickless.running", 610) == 1);
  // mtimecmp = 50 is reached in cycle 500, and the RTL's line rises with it.
  CHECK(at("platform.vm.rtos.mtip", 499) == 0);
  CHECK(at("platform.vm.rtos.mtip", 500) == 1);
  CHECK(at("platform.vm.tickless.mtip", 500) == 0);
  CHECK(phase(499) == WavePhase::none);
  CHECK(phase(500) == WavePhase::trap);
  CHECK(phase(503) == WavePhase::deliver);
  CHECK(phase(560) == WavePhase::handler);
  CHECK(phase(561) == WavePhase::rearm);
  // The store of the next deadline is complete in 565, mret in 569.
  CHECK(phase(565) == WavePhase::ret);
  CHECK(phase(569) == WavePhase::none);
  CHECK(at("platform.vm.rtos.mtip", 899) == 0);
}

TEST_CASE("waves: the same run gives the same bytes") {
  for (WaveFormat format : {WaveFormat::fst, WaveFormat::vcd}) {
    const Folder a, b;
    write_wave_sample(a.path(), format);
    write_wave_sample(b.path(), format);
    const std::string file = format == WaveFormat::fst ? "trace.fst" : "trace.vcd";
    const std::string first = contents(a / file);
    CHECK(first.size() > 1000);
    CHECK(first == contents(b / file));
    for (const char* view : views) CHECK(contents(a / view) == contents(b / view));
    CHECK(contents(a / "trace.symbol.filter") == contents(b / "trace.symbol.filter"));
  }
}

TEST_CASE("waves: an FST file does not say when it was written") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::fst);
  // The header's field for it (FST_HDR_OFFS_DATE, FST_HDR_DATE_SIZE of fstapi.c).
  CHECK(contents(folder / "trace.fst").substr(202, 119) == std::string(119, '\0'));
}

TEST_CASE("waves: a window records only its cycles, with the right values from the start") {
  const Folder folder;
  CHECK(write_wave_sample(folder.path(), WaveFormat::vcd, {Cycle(505), Cycle(599)}) == 0);
  const Vcd vcd(folder / "trace.vcd");
  CHECK(vcd.times().front() == begin(505));
  CHECK(vcd.times().back() == begin(599) + 5'000);
  CHECK(vcd.at("platform.hart.cause[7:0]", begin(505)) == (64 | 7));
  CHECK(vcd.at("platform.hart.mtip", begin(505)) == 1);
  CHECK(vcd.at("platform.hart.vm[7:0]", begin(560)) == 1);
  CHECK(vcd.at("TOP.timer.u_core.mtime_q[63:0]", begin(599)) == 59);
}

TEST_CASE("waves: a window begins and ends in its cycles though nothing happens there") {
  // The last event before the end of the run lies in cycle 799.
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::vcd, {Cycle(850), Cycle(880)});
  const Vcd vcd(folder / "trace.vcd");
  CHECK(vcd.times().front() == begin(850));
  CHECK(vcd.times().back() == begin(880) + 5'000);
  CHECK(vcd.at("platform.hart.vm[7:0]", begin(850)) == 2);
  CHECK(vcd.at("TOP.timer.u_core.mtime_q[63:0]", begin(850)) == 85);
}

TEST_CASE("waves: a window behind the end of the run is empty, not an error") {
  for (WaveFormat format : {WaveFormat::fst, WaveFormat::vcd}) {
    const Folder folder;
    CHECK(write_wave_sample(folder.path(), format, {Cycle(5000), Cycle(6000)}) == 0);
  }
}

TEST_CASE("waves: a trigger opens the window in the cycle of its event") {
  const auto window = [](Cycle first, Cycle last, WaveTrigger trigger) {
    const Folder folder;
    CHECK(write_wave_sample(folder.path(), WaveFormat::vcd, {first, last, trigger}) == 0);
    const Vcd vcd(folder / "trace.vcd");
    return std::make_pair(vcd.times().front() / begin(1), vcd.times().back() / begin(1));
  };
  using Cycles = std::pair<std::uint64_t, std::uint64_t>;
  // VM 1's first trap, the timer's line, VM 2's first entry.
  CHECK(window(Cycle(0), Cycle(20), WaveTrigger::trap) == Cycles{20, 40});
  CHECK(window(Cycle(0), Cycle(20), WaveTrigger::irq) == Cycles{500, 520});
  CHECK(window(Cycle(0), Cycle(20), WaveTrigger::vm_switch) == Cycles{610, 630});
  CHECK(window(Cycle(15), Cycle(20), WaveTrigger::irq) == Cycles{515, 520});
  CHECK(window(Cycle(15), Cycle::never(), WaveTrigger::irq).first == 515);
}

TEST_CASE("waves: a triggered window has the right values from the start") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::vcd, {Cycle(0), Cycle(20), WaveTrigger::vm_switch});
  const Vcd vcd(folder / "trace.vcd");
  CHECK(vcd.at("platform.hart.vm[7:0]", begin(610)) == 2);
  CHECK(vcd.at("platform.hart.mtip", begin(610)) == 1);
  CHECK(vcd.at("TOP.timer.u_core.mtime_q[63:0]", begin(610)) == 61);
}

TEST_CASE("waves: the views show only signals that are there, and say nothing of their folder") {
  for (WaveFormat format : {WaveFormat::fst, WaveFormat::vcd}) {
    const Folder folder;
    write_wave_sample(folder.path(), format);
    if (format == WaveFormat::fst) convert(folder / "trace.fst", folder / "trace.vcd");
    const Vcd vcd(folder / "trace.vcd");
    for (const char* name : views) {
      CAPTURE(name);
      const std::string view = contents(folder / name);
      const auto signals = viewed_signals(view);
      CHECK(signals.size() > 15);
      for (const std::string& signal : signals) {
        CAPTURE(signal);
        CHECK(vcd.has(signal));
      }
      CHECK(view.find("{{") == std::string::npos);
      CHECK(view.find("}}") == std::string::npos);
      CHECK(view.find(folder.path().string()) == std::string::npos);
      // The markers stand at the worst sample.
      CHECK(view.find(" 5000000 5030000 5600000 5610000 5650000 5690000 -1 ") != std::string::npos);
      CHECK(view.find("[markername] Adeadline=line\n[markername] Btrap\n[markername] Centry\n"
                      "[markername] Dhandler\n[markername] Erearm\n[markername] Freturn\n") !=
            std::string::npos);
    }
  }
}

TEST_CASE("waves: the views open at what they are about") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::fst);
  const auto cursor = [&](const char* view) {
    const std::string text = contents(folder / view);
    std::smatch match;
    REQUIRE(std::regex_search(text, match, std::regex(R"(\n\*-[0-9.]+ ([0-9]+) )")));
    return std::stoull(match[1]) / begin(1);
  };
  CHECK(cursor("latency.gtkw") == 500);  // the deadline of the only sample
  CHECK(cursor("hypervisor.gtkw") == 500);
  CHECK(cursor("timer.gtkw") == 500);  // the line rises
  CHECK(cursor("bus.gtkw") == 500);    // no transfer after it
}

TEST_CASE("waves: markers stand only at samples that lie in the window") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::vcd, {Cycle(505), Cycle(700)});
  const std::string view = contents(folder / "latency.gtkw");
  CHECK(view.find("[markername]") == std::string::npos);
  CHECK(view.find("[timestart] 4450000\n") != std::string::npos);
}

TEST_CASE("waves: names from hostile programs do no harm") {
  const ObservedPlatform platform = two_vms();
  const std::map<std::string, std::uint64_t> names = {{"a\nvm 0 Red b", code},
                                                      {std::string(100'000, 'x'), code + 8},
                                                      {"\x1b[2J{{head}}", code + 16}};
  const std::vector<SymbolTable> symbols = {SymbolTable(names)};
  const Folder folder;
  write_wave_views(folder.path(), WaveFormat::fst, {platform, symbols, {}});
  std::istringstream lines(contents(folder / "trace.symbol.filter"));
  std::size_t symbol_lines = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("symbol 0 ", 0) == 0) ++symbol_lines;
    CHECK(line.size() < 300);
    for (const char c : line) REQUIRE(c >= ' ');
  }
  CHECK(symbol_lines == 3);
}

TEST_CASE("waves: an FST file that was cut off is not complete") {
  const Folder folder;
  write_wave_sample(folder.path(), WaveFormat::fst);
  const std::filesystem::path trace = folder / "trace.fst";
  CHECK(fst_blocks_complete(trace));
  const std::string whole = contents(trace);
  std::filesystem::resize_file(trace, whole.size() - 1);
  CHECK_FALSE(fst_blocks_complete(trace));
  std::filesystem::resize_file(trace, 300);  // in the header
  CHECK_FALSE(fst_blocks_complete(trace));
  std::ofstream(trace, std::ios::binary) << whole << '\xff' << std::string(8, '\0');
  CHECK_FALSE(fst_blocks_complete(trace));
  std::ofstream(trace, std::ios::binary).flush();
  CHECK_FALSE(fst_blocks_complete(trace));
}

TEST_CASE("waves: a VCD file on a full disk is an error") {
  const Folder folder;
  std::filesystem::create_symlink("/dev/full", folder / "trace.vcd");
  CHECK_THROWS_WITH(write_wave_sample(folder.path(), WaveFormat::vcd),
                    folder / "trace.vcd" + ": cannot be written: No space left on device");
}

TEST_CASE("waves: a folder that is not there is an error") {
  TimerRtl timer(10, WaveFormat::fst);
  Hypervised run;
  const auto symbols = wave_symbols();
  const WaveInput input{run.seen.platform, run.seen.view, symbols};
  CHECK_THROWS_AS(WaveWriter(input, timer, WaveFormat::fst, "/nonexistent/folder"),
                  std::runtime_error);
}
