#include "models/probe/recording.hpp"

#include <xxhash.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "models/probe/digest.hpp"

using namespace cyclevisor;

namespace {

/// A deterministic stream with every kind of event and every kind of change.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  void publish(Sink& sink, unsigned count) {
    for (unsigned i = 0; i < count; ++i) one(sink);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  /// Both small and large numbers.
  std::uint64_t number() { return random_() >> below(64); }
  PrivilegeMode mode() {
    constexpr PrivilegeMode modes[] = {PrivilegeMode::user, PrivilegeMode::supervisor,
                                       PrivilegeMode::machine, PrivilegeMode::virtual_user,
                                       PrivilegeMode::virtual_supervisor};
    return modes[below(5)];
  }
  Cycle passed() {
    return cycle_ = Cycle(cycle_.value + 1 + (below(4) == 0 ? number() % 1000 : 0));
  }
  IntegerRegisters registers() {
    for (unsigned i = 1; i < 32; ++i) {
      if (below(8) == 0) x_[i] = number();
    }
    return x_;
  }

  Retire retire() {
    Retire e;
    e.cycle = passed();
    // Mostly within a few loops, so that predictions both succeed and fail.
    e.pc =
        VirtualAddress(below(16) == 0 ? number() & ~std::uint64_t{1} : 0x8000'0000 + 2 * below(64));
    e.physical_pc = PhysicalAddress(e.pc.value + (below(32) == 0 ? 0x100'0000 : 0));
    e.instruction = static_cast<std::uint32_t>(e.pc.value * 0x9e37'79b9 >> 3);
    e.mode = below(16) == 0 ? mode() : PrivilegeMode::machine;
    e.rd = static_cast<std::uint8_t>(e.pc.value / 2 % 32);
    e.rd_value = below(2) == 0 ? number() : 7;
    if (below(32) == 0) {
      e.csr = static_cast<std::uint16_t>(below(4096));
      e.csr_value = number();
    }
    if (e.pc.value % 8 == 0) {
      e.access.kind = static_cast<MemoryAccess::Kind>(1 + below(3));
      e.access.bytes = static_cast<std::uint8_t>(1u << below(4));
      e.access.address = VirtualAddress(number());
      e.access.physical = PhysicalAddress(e.access.address.value + below(2) * 0x1000);
      e.access.value = number();
    }
    return e;
  }

  void one(Sink& sink) {
    switch (below(20)) {
      case 0: {
        Trap e;
        e.cycle = passed();
        e.epc = VirtualAddress(number());
        e.instruction = static_cast<std::uint32_t>(number());
        e.cause = number() | below(2) << 63;
        e.tval = number();
        e.tval2 = number();
        e.tinst = number();
        e.from = mode();
        e.to = mode();
        e.vector = VirtualAddress(number());
        e.x = registers();
        return sink.on(e);
      }
      case 1: {
        TrapReturn e;
        e.cycle = passed();
        e.pc = VirtualAddress(number());
        e.instruction = 0x30200073;
        e.from = mode();
        e.to = mode();
        e.target = VirtualAddress(number());
        e.x = registers();
        return sink.on(e);
      }
      case 2:
        return sink.on(AddressSpace{passed(), number(), number(), number()});
      case 3: {
        const Cycle from = passed();
        return sink.on(Idle{from, passed()});
      }
      case 4: {
        BusRequest e;
        e.cycle = passed();
        e.address = PhysicalAddress(number());
        e.bytes = 8;
        e.write = below(2) == 0;
        e.data = number();
        return sink.on(e);
      }
      case 5: {
        BusTransfer e;
        e.cycle = cycle_;
        e.end = passed();
        e.address = PhysicalAddress(number());
        e.bytes = 4;
        e.write = below(2) == 0;
        e.error = below(2) == 0;
        e.data = number();
        return sink.on(e);
      }
      case 6: {
        ApbTransfer e;
        e.cycle = cycle_;
        e.end = passed();
        e.paddr = static_cast<std::uint32_t>(number());
        e.pwrite = below(2) == 0;
        e.pstrb = static_cast<std::uint8_t>(below(16));
        e.pslverr = below(2) == 0;
        e.data = static_cast<std::uint32_t>(number());
        return sink.on(e);
      }
      case 7:
        return sink.on(
            InterruptLine{passed(), static_cast<std::uint8_t>(below(256)), below(2) == 0});
      default:
        return sink.on(retire());
    }
  }

  std::mt19937_64 random_;
  Cycle cycle_;
  IntegerRegisters x_{};
};

struct TemporaryFile {
  explicit TemporaryFile(const std::string& name)
      : path(std::filesystem::temp_directory_path() /
             ("recording_test." + name + "." + std::to_string(std::random_device{}()))) {}
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::filesystem::path path;

  std::string read() const {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& contents) const {
    std::ofstream(path, std::ios::binary) << contents;
  }
};

void record(const std::filesystem::path& path, unsigned events) {
  RecordingWriter writer(path, "the head");
  Generator(2).publish(writer, events);
  writer.finish("the tail");
}

/// Reads the whole file; returns the error message, if any.
std::string complaint(const std::filesystem::path& path) {
  try {
    RecordingReader reader(path);
    DigestSink digest;
    while (reader.next(digest)) {
    }
    return "";
  } catch (const RecordingError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a recording reproduces the same events") {
  const TemporaryFile file("same");
  DigestSink written;
  constexpr unsigned events = 300'000;  // several blocks
  Generator(1).publish(written, events);
  {
    RecordingWriter writer(file.path, "the head");
    Generator(1).publish(writer, events);
    writer.finish("the tail");
  }
  DigestSink read;
  RecordingReader reader(file.path);
  CHECK(reader.head() == "the head");
  while (reader.next(read)) {
  }
  CHECK(reader.tail() == "the tail");
  CHECK(reader.events() == events);
  CHECK(read.events() == events);
  CHECK(read.hex() == written.hex());
}

TEST_CASE("a loop takes one byte per instruction") {
  EventEncoder encoder;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    Retire e;
    e.cycle = Cycle(i);
    e.pc = VirtualAddress(0x8000'0000 + 4 * (i % 3));
    e.physical_pc = PhysicalAddress(e.pc.value);
    e.instruction = 0x13;
    e.rd = static_cast<std::uint8_t>(5 + i % 3);
    e.rd_value = i;
    encoder.on(e);
  }
  CHECK(encoder.bytes().size() < 3100);
}

TEST_CASE("a truncated recording is reported as such") {
  const TemporaryFile whole("whole");
  record(whole.path, 200);
  const std::string contents = whole.read();
  CHECK(complaint(whole.path).empty());
  const TemporaryFile cut("cut");
  for (std::size_t size = 0; size < contents.size(); ++size) {
    cut.write(contents.substr(0, size));
    const std::string text = complaint(cut.path);
    INFO(size);
    CHECK(text.find(cut.path.string() + ": ") == 0);
    const bool known = size >= 12 && text.find("cut off after") != std::string::npos;
    CHECK((size < 12 || known));
  }
  cut.write(contents + "x");
  CHECK(complaint(cut.path).find("goes on after its end") != std::string::npos);
}

TEST_CASE("a damaged recording is refused whichever byte is wrong") {
  const TemporaryFile whole("whole");
  record(whole.path, 200);
  const std::string contents = whole.read();
  const TemporaryFile damaged("damaged");
  for (std::size_t i = 0; i < contents.size(); ++i) {
    std::string copy = contents;
    copy[i] = static_cast<char>(copy[i] ^ 0x10);
    damaged.write(copy);
    INFO(i);
    CHECK_FALSE(complaint(damaged.path).empty());
  }
  // The message says where the damage is.
  const std::size_t tail = contents.rfind("TAIL");
  REQUIRE(tail != std::string::npos);
  std::string copy = contents;
  copy.back() = static_cast<char>(copy.back() ^ 1);
  damaged.write(copy);
  CHECK(complaint(damaged.path) == damaged.path.string() +
                                       ": damaged after 200 events, in the chunk at byte " +
                                       std::to_string(tail) + ": a checksum is wrong");
}

TEST_CASE("a recording of another format version is refused by its number") {
  const TemporaryFile file("version");
  record(file.path, 10);
  std::string contents = file.read();
  const auto said = [&](char version) {
    contents[8] = version;
    file.write(contents);
    return complaint(file.path);
  };
  CHECK(said(1) == file.path.string() +
                       ": a recording of format version 1, from an older program; this one reads "
                       "version 2: record the run again");
  CHECK(said(9).find("of format version 9, from a newer program; this one reads version 2") !=
        std::string::npos);
  file.write("something else altogether");
  CHECK(complaint(file.path) ==
        file.path.string() +
            ": not a recording of an event stream: does not begin with 'cvevents' and a version");
  CHECK(complaint(file.path.string() + ".no") == file.path.string() + ".no: there is no such file");
}

TEST_CASE("the console output is in the recording, character by character") {
  const TemporaryFile file("text");
  std::array<std::string, recorded_consoles> printed;
  std::mt19937_64 random(4);
  {
    RecordingWriter writer(file.path, "the head");
    for (unsigned i = 0; i < 200'000; ++i) {  // several chunks of the busiest
      const auto console = static_cast<unsigned>(random() % 4 == 0 ? recorded_consoles - 1 : 0);
      const auto character = static_cast<std::uint8_t>(random());
      writer.print(console, character);
      printed.at(console).push_back(static_cast<char>(character));
    }
    CHECK_THROWS_AS(writer.print(recorded_consoles, 'x'), std::out_of_range);
    writer.finish("the tail");
  }
  std::array<std::string, recorded_consoles> read;
  DigestSink events;
  RecordingReader reader(
      file.path, [&](unsigned console, std::string_view text) { read.at(console) += text; });
  while (reader.next(events)) {
  }
  CHECK(events.events() == 0);
  CHECK(read == printed);
  CHECK(complaint(file.path).empty());  // a Print callback is optional
}

TEST_CASE("a text of an impossible console is refused") {
  const TemporaryFile file("console");
  {
    RecordingWriter writer(file.path, "the head");
    writer.print(0, 'x');
    writer.finish("the tail");
  }
  // Two bytes, which Zstandard stores uncompressed: the console's number and the character.
  std::string contents = file.read();
  const std::size_t chunk = contents.find("TEXT");
  REQUIRE(chunk != std::string::npos);
  constexpr std::size_t header = 20;
  const std::size_t stored = static_cast<unsigned char>(contents[chunk + 8]);
  const std::size_t number = contents.find(std::string("\0x", 2), chunk + header);
  REQUIRE(number < chunk + header + stored);
  contents[number] = recorded_consoles;
  const std::uint64_t checksum = XXH3_64bits(contents.data() + chunk + header, stored);
  for (unsigned i = 0; i < 8; ++i) {
    contents[chunk + 12 + i] = static_cast<char>(checksum >> (8 * i));
  }
  file.write(contents);
  CHECK(complaint(file.path).find("a text of no console") != std::string::npos);
}

TEST_CASE("events in cycles that no run reaches are refused") {
  const auto accepted = [](auto event) {
    EventEncoder encoder;
    encoder.on(event);
    EventDecoder decoder;
    DigestSink sink;
    decoder.begin(encoder.bytes().data(), encoder.bytes().size());
    try {
      decoder.next(sink);
      return true;
    } catch (const EventCodingError& error) {
      CHECK(error.what() == std::string("a cycle that no run reaches"));
      return false;
    }
  };
  const Cycle last = end_of_time - Cycle(1);
  for (const Cycle late : {end_of_time, Cycle::never()}) {
    Retire retire;
    retire.cycle = last;
    CHECK(accepted(retire));
    retire.cycle = late;
    CHECK_FALSE(accepted(retire));
    CHECK(accepted(InterruptLine{last, 7, true}));
    CHECK_FALSE(accepted(InterruptLine{late, 7, true}));
    CHECK(accepted(Idle{Cycle(1), last}));
    CHECK_FALSE(accepted(Idle{Cycle(1), late}));
  }
}

TEST_CASE("arbitrary bytes are refused or decode to events, nothing worse") {
  std::mt19937_64 random(3);
  for (unsigned round = 0; round < 2000; ++round) {
    std::vector<std::uint8_t> bytes(64);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    EventDecoder decoder;
    DigestSink sink;
    decoder.begin(bytes.data(), bytes.size());
    try {
      while (!decoder.empty()) decoder.next(sink);
    } catch (const EventCodingError&) {
    }
    CHECK(sink.events() <= bytes.size());
  }
}
