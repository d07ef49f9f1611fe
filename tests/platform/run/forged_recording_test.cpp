// Recordings with good checksums and a good digest that no run has made.
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

#include "models/probe/digest.hpp"
#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"
#include "platform/report/recording_text.hpp"
#include "platform/run/recorded_run.hpp"

namespace cyclevisor {
namespace {

/// A folder with a recording in it, until the end of the test.
class Forgery {
 public:
  explicit Forgery(const ObservedPlatform& platform) {
    std::filesystem::create_directories(folder_);
    RunDescription description;
    description.scenario = "forged";
    description.platform = platform;
    writer_.emplace(folder_ / recording_name, recording_head(description));
  }
  ~Forgery() { std::filesystem::remove_all(folder_); }
  Forgery(const Forgery&) = delete;
  Forgery& operator=(const Forgery&) = delete;

  template <class Event>
  void add(const Event& event) {
    writer_->on(event);
    digest_.on(event);
  }
  RecordingWriter& writer() { return *writer_; }
  const std::filesystem::path& folder() const { return folder_; }

  /// Reports from it; empty when that went well, else what is said.
  std::string report(Cycle end, WaveChoice wave) {
    RunResult result;
    result.cycles = end;
    result.digest = digest_.hex();
    writer_->finish(recording_tail(result));
    ReportRequest request;
    request.recorded = request.outdir = folder_;
    request.outputs.wave = wave;
    request.outputs.terminal = OutputRequest::Terminal::console;
    try {
      report_recorded(request);
      return "";
    } catch (const RecordingError& error) {
      return error.what();
    }
  }

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("forged." + std::to_string(std::random_device{}()));
  std::optional<RecordingWriter> writer_;
  DigestSink digest_;
};

ObservedPlatform platform(const Arrangement& arrangement) {
  ObservedPlatform made;
  made.arrangement = arrangement;
  made.vms = {{1, "first", PhysicalAddress(0x8100'0000), 0x100'0000, PhysicalAddress(0x1000'0100)}};
  if (arrangement.hypervised()) {
    made.vms.push_back(
        {2, "second", PhysicalAddress(0x8200'0000), 0x100'0000, PhysicalAddress(0x1000'0200)});
  }
  return made;
}

/// Events of all kinds with what matters to the observers: timer, finisher, CSR instructions, ends
/// of the number range, and a time that leaps and goes backwards.
class Forger {
 public:
  explicit Forger(unsigned seed) : random_(seed) {}

  void forge(Forgery& recording, unsigned events) {
    for (unsigned i = 0; i < events; ++i) one(recording);
  }

 private:
  template <class Value, std::size_t n>
  Value pick(const Value (&values)[n]) {
    return values[random_() % n];
  }
  std::uint64_t number() {
    static constexpr std::uint64_t values[] = {0,           1,           7,
                                               8,           0x0200'0000, 0x0200'4000,
                                               0x0200'4004, 0x0200'bff8, 0x0010'0000,
                                               0x1000'0100, 0x8000'0000, 0x8000'0004,
                                               0x8100'0000, 0x5555,      0x8000'0000'0000'0007,
                                               INT64_MAX,   UINT64_MAX,  UINT64_MAX - 1};
    return random_() % 8 == 0 ? random_() : pick(values);
  }
  Cycle passed() {
    static constexpr std::uint64_t steps[] = {
        0, 1, 1, 1, 1, 2, 1000, 100'000'000, end_of_time.value / 3, UINT64_MAX};
    now_ = Cycle((now_.value + pick(steps)) % end_of_time.value);
    return now_;
  }
  PrivilegeMode mode() {
    static constexpr PrivilegeMode modes[] = {PrivilegeMode::user, PrivilegeMode::user,
                                              PrivilegeMode::supervisor, PrivilegeMode::machine};
    return pick(modes);
  }
  std::uint32_t instruction() {
    static constexpr std::uint32_t words[] = {0x30200073, 0x10500073, 0x30479073, 0x300022f3,
                                              0x34202573, 0xc0102573, 0x34402573, 0x34102573,
                                              0x00b53023, 0x00053583, 0x0005358b, 0x00000073,
                                              0x30529073, 0x34151073, 0x0001};
    return pick(words);
  }
  IntegerRegisters registers() {
    IntegerRegisters x{};
    for (unsigned i = 1; i < x.size(); ++i) x[i] = number();
    return x;
  }

  void one(Forgery& recording) {
    switch (random_() % 10) {
      case 0:
      case 1: {
        Trap e;
        e.cycle = passed();
        e.epc = VirtualAddress(number());
        e.instruction = instruction();
        e.cause = number();
        e.tval = number();
        e.from = mode();
        e.to = PrivilegeMode::machine;
        e.x = registers();
        return recording.add(e);
      }
      case 2:
      case 3: {
        TrapReturn e;
        e.cycle = passed();
        e.pc = VirtualAddress(number());
        e.from = PrivilegeMode::machine;
        e.to = mode();
        e.target = VirtualAddress(number());
        e.x = registers();
        return recording.add(e);
      }
      case 4:
        return recording.add(
            AddressSpace{passed(), std::uint64_t{8} << 60 | (random_() % 4) << 44, 0, 0});
      case 5: {
        const Cycle from = passed();
        return recording.add(Idle{from, passed()});
      }
      case 6: {
        BusRequest e;
        e.cycle = passed();
        e.address = PhysicalAddress(number());
        e.bytes = 8;
        e.write = random_() % 2 == 0;
        e.data = number();
        recording.add(e);
        BusTransfer done;
        done.cycle = e.cycle;
        done.end = passed();
        done.address = e.address;
        done.bytes = e.bytes;
        done.write = e.write;
        done.data = e.data;
        return recording.add(done);
      }
      case 7: {
        ApbTransfer e;
        e.cycle = passed();
        e.end = passed();
        e.paddr = static_cast<std::uint32_t>(number());
        e.pwrite = random_() % 2 == 0;
        e.pstrb = static_cast<std::uint8_t>(random_());
        e.data = static_cast<std::uint32_t>(number());
        return recording.add(e);
      }
      case 8:
        return recording.add(
            InterruptLine{passed(), static_cast<std::uint8_t>(random_() % 16), random_() % 2 == 0});
      default: {
        Retire e;
        e.cycle = passed();
        e.pc = VirtualAddress(number());
        e.physical_pc = PhysicalAddress(number());
        e.instruction = instruction();
        e.mode = mode();
        e.rd = static_cast<std::uint8_t>(random_() % 32);
        e.rd_value = number();
        if (random_() % 2 == 0) {
          e.csr = static_cast<std::uint16_t>(0x300 + random_() % 0x50);
          e.csr_value = number();
        }
        e.access.kind = static_cast<MemoryAccess::Kind>(random_() % 4);
        e.access.bytes = static_cast<std::uint8_t>(1u << random_() % 4);
        e.access.address = VirtualAddress(number());
        e.access.physical = PhysicalAddress(number());
        e.access.value = number();
        return recording.add(e);
      }
    }
  }

  std::mt19937_64 random_;
  Cycle now_;
};

}  // namespace

TEST_CASE("a report of events that cannot have been comes to an end") {
  for (const Arrangement& arrangement : arrangements()) {
    for (unsigned seed = 0; seed < 30; ++seed) {
      INFO(seed);
      Forgery recording(platform(arrangement));
      Forger(seed).forge(recording, 300);
      const std::string said = recording.report(end_of_time, WaveChoice::none);
      CHECK((said.empty() || said.find("run.events: ") != std::string::npos));
    }
  }
}

TEST_CASE("so does one with any source of a guest in any arrangement") {
  for (const Arrangement& arrangement : arrangements()) {
    for (std::size_t kind = 0; kind < guest_source_names.size(); ++kind) {
      for (unsigned seed = 100; seed < 105; ++seed) {
        INFO(arrangement.name << ", " << guest_source_names[kind] << ", " << seed);
        ObservedPlatform mixed = platform(arrangement);
        mixed.vms.front().source = GuestSourceKind(kind);
        Forgery recording(mixed);
        Forger(seed).forge(recording, 300);
        const std::string said = recording.report(end_of_time, WaveChoice::none);
        CHECK((said.empty() || said.find("run.events: ") != std::string::npos));
      }
    }
  }
}

TEST_CASE("waves of a recording that claims any cycle are refused without an end") {
  const auto said = [](auto event, Cycle end) {
    Forgery recording(platform(trapped_arrangement()));
    recording.add(event);
    try {
      return recording.report(end, WaveChoice::fst);
    } catch (const ConfigurationError& error) {
      return std::string(error.what());
    }
  };
  const Cycle late(std::uint64_t{1} << 60);
  CHECK(
      said(InterruptLine{late, 3, true}, late).find("--wave: in the 1152921504606846976 cycles") ==
      0);
  CHECK(said(InterruptLine{Cycle(5), 3, true}, late).find("to cycle 1152921504606846976 nothing") !=
        std::string::npos);
  CHECK(said(InterruptLine{Cycle(5), 3, true}, Cycle(9'000)).empty());
}

TEST_CASE("a text of a console that the platform does not have is refused") {
  Forgery recording(platform(native_arrangement()));
  recording.writer().print(1, 'x');
  CHECK(recording.report(Cycle(1), WaveChoice::none) ==
        (recording.folder() / recording_name).string() +
            ": has a text of console 1, which there is not");
}

TEST_CASE("a damaged recording costs no results") {
  Forgery recording(platform(native_arrangement()));
  recording.writer().print(0, 'x');
  CHECK(recording.report(Cycle(1), WaveChoice::none).empty());
  CHECK(read_file(recording.folder() / "uart-first.log", "log") == "x");
  const std::string manifest = read_file(recording.folder() / "manifest.json", "manifest");
  const auto path = recording.folder() / recording_name;
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  ReportRequest request;
  request.recorded = request.outdir = recording.folder();
  CHECK_THROWS_AS(report_recorded(request), RecordingError);
  CHECK(read_file(recording.folder() / "manifest.json", "manifest") == manifest);
  CHECK(read_file(recording.folder() / "uart-first.log", "log") == "x");
  CHECK_FALSE(std::filesystem::exists(recording.folder() / "uart-first.log.part"));
}

}  // namespace cyclevisor
