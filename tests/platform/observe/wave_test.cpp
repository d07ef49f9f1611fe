#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "tests/platform/observe/vcd.hpp"
#include "tests/platform/observe/wave_sample.hpp"

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
  CHECK(compared > wave_signal_count + 30);
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
  CHECK(contents(folder / "trace.vm.filter") == "00 hypervisor\n01 rtos\n02 tickless\n");
  CHECK(contents(folder / "trace.mode.filter") == "0 U\n1 S\n3 M\n4 VU\n5 VS\n");
  const std::string causes = contents(folder / "trace.cause.filter");
  CHECK(causes.find("02 illegal_instruction\n") != std::string::npos);
  CHECK(causes.find("47 machine_timer_interrupt\n") != std::string::npos);
  CHECK(causes.find("FF -\n") != std::string::npos);
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
    CHECK(contents(a / "trace.gtkw") == contents(b / "trace.gtkw"));
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

TEST_CASE("waves: the view shows only signals that are there, and says nothing of its folder") {
  for (WaveFormat format : {WaveFormat::fst, WaveFormat::vcd}) {
    const Folder folder;
    write_wave_sample(folder.path(), format);
    if (format == WaveFormat::fst) convert(folder / "trace.fst", folder / "trace.vcd");
    const Vcd vcd(folder / "trace.vcd");
    const std::string view = contents(folder / "trace.gtkw");
    const auto names = viewed_signals(view);
    CHECK(names.size() > 30);
    for (const std::string& name : names) {
      CAPTURE(name);
      CHECK(vcd.has(name));
    }
    CHECK(view.find("{{") == std::string::npos);
    CHECK(view.find(folder.path().string()) == std::string::npos);
    // The marker stands at the first timer interrupt.
    CHECK(view.find("-20.000000 5000000 -1") != std::string::npos);
  }
}

TEST_CASE("waves: a folder that is not there is an error") {
  TimerRtl timer(10, WaveFormat::fst);
  CHECK_THROWS_AS(WaveWriter(two_vms(), timer, WaveFormat::fst, "/nonexistent/folder"),
                  std::runtime_error);
}
