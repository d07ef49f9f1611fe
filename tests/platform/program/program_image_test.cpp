// Images are hostile input: everything but a good one is a message, never a crash.
#include "platform/program/program_image.hpp"

#include <elf.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

using Catch::Contains;
using Catch::StartsWith;

constexpr std::uint64_t base = 0x8000'0000;
constexpr std::uint64_t room = 0x10000;

/// A small good executable: header, one program header, 16 bytes of contents.
struct Executable {
  Elf64_Ehdr header{};
  Elf64_Phdr segment{};
  std::string contents = "0123456789abcdef";

  Executable() {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = EM_RISCV;
    header.e_version = EV_CURRENT;
    header.e_entry = base + 4;
    header.e_phoff = sizeof header;
    header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof segment;
    header.e_phnum = 1;
    segment.p_type = PT_LOAD;
    segment.p_offset = sizeof header + sizeof segment;
    segment.p_vaddr = base;
    segment.p_paddr = base;
    segment.p_filesz = contents.size();
    segment.p_memsz = 0x100;
  }
  std::string bytes() const {
    std::string all(reinterpret_cast<const char*>(&header), sizeof header);
    all.append(reinterpret_cast<const char*>(&segment), sizeof segment);
    return all + contents;
  }
};

ProgramImage load(const std::string& bytes) { return parse_elf(bytes, "x.elf", base, room); }

TEST_CASE("an executable is loaded") {
  const ProgramImage image = load(Executable().bytes());
  CHECK(image.entry == base + 4);
  REQUIRE(image.segments.size() == 1);
  CHECK(image.segments[0].address == base);
  CHECK(image.segments[0].bytes == "0123456789abcdef");
  CHECK(image.segments[0].memory_bytes == 0x100);
}

TEST_CASE("a segment may end where the memory does, no further") {
  Executable e;
  e.segment.p_memsz = room;
  CHECK_NOTHROW(load(e.bytes()));
  e.segment.p_memsz = room + 1;
  CHECK_THROWS_WITH(load(e.bytes()),
                    Contains("segment 0 (0x80000000, 0x10001 bytes) does not lie in the memory "
                             "0x80000000 to 0x8000ffff"));
  e.segment.p_memsz = ~std::uint64_t{0};
  CHECK_THROWS_WITH(load(e.bytes()), Contains("does not lie in the memory"));
  e = Executable();
  e.segment.p_paddr = base - 1;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("does not lie in the memory"));
}

TEST_CASE("what is no executable for this hart says what it is") {
  CHECK_THROWS_WITH(load("hello"), StartsWith("x.elf: not an ELF file and no Linux Image (a raw"));
  CHECK_THROWS_WITH(load(""), StartsWith("x.elf: not an ELF file"));
  CHECK_THROWS_WITH(load(std::string("\177ELF")), StartsWith("x.elf: the ELF header is damaged"));
  Executable e;
  e.header.e_machine = EM_X86_64;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("an ELF file for machine 62, not for RISC-V (243)"));
  e = Executable();
  e.header.e_type = ET_DYN;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("not an executable"));
  e = Executable();
  e.header.e_phnum = 0;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("no segment is to be loaded"));
  e = Executable();
  e.header.e_entry = base + room;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("the entry point 0x80010000 does not lie"));
  e = Executable();
  e.header.e_entry = base + 1;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("the entry point 0x80000001 is odd"));
  e = Executable();
  e.header.e_type = ET_DYN;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("link it with -static and -no-pie"));
  e = Executable();
  e.header.e_phentsize = 32;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("program headers have 32 bytes (e_phentsize)"));
  e = Executable();
  e.header.e_phnum = 9;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("the program header table is cut off: 9 headers"));
  e = Executable();
  e.header.e_phoff = ~std::uint64_t{0};
  CHECK_THROWS_WITH(load(e.bytes()), Contains("the program header table is cut off"));
}

/// Two segments; the second one's contents are the first one's.
std::string two_segments(const Executable& e, std::uint64_t second) {
  Elf64_Ehdr header = e.header;
  header.e_phnum = 2;
  Elf64_Phdr first = e.segment;
  first.p_offset += sizeof first;
  Elf64_Phdr other = first;
  other.p_paddr = other.p_vaddr = second;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(&first), sizeof first);
  bytes.append(reinterpret_cast<const char*>(&other), sizeof other);
  return bytes + e.contents;
}

TEST_CASE("segments may touch, but not overlap") {
  const Executable e;
  CHECK(load(two_segments(e, base + 0x100)).segments.size() == 2);
  CHECK_THROWS_WITH(load(two_segments(e, base + 0xff)),
                    Contains("segments 0 (0x80000000, 0x100 bytes) and 1 (0x800000ff, 0x100 "
                             "bytes) overlap"));
}

TEST_CASE("a virtual entry point is translated with the segment that holds it") {
  Executable e;
  e.segment.p_flags = PF_R | PF_X;
  e.segment.p_vaddr = 0xffff'ffff'8000'0000;
  e.header.e_entry = 0xffff'ffff'8000'0004;
  CHECK(load(e.bytes()).entry == base + 4);
  e.header.e_entry = 0xffff'ffff'8000'0010;  // behind the contents
  CHECK_THROWS_WITH(load(e.bytes()), Contains("the entry point 0xffffffff80000010 does not lie"));
  e.header.e_entry = base + 4;  // a physical one stays
  CHECK(load(e.bytes()).entry == base + 4);
}

TEST_CASE("headers that the linker put in front of the memory are not loaded") {
  Executable e;
  const std::uint64_t headers = sizeof e.header + sizeof e.segment;
  e.segment.p_offset = 0;
  e.segment.p_paddr = e.segment.p_vaddr = base - headers;
  e.segment.p_filesz = headers + e.contents.size();
  e.segment.p_memsz = headers + 0x100;
  const ProgramImage image = load(e.bytes());
  REQUIRE(image.segments.size() == 1);
  CHECK(image.segments[0].address == base);
  CHECK(image.segments[0].bytes == e.contents);
  CHECK(image.segments[0].memory_bytes == 0x100);
  // A build identifier is no contents either.
  Elf64_Phdr note{};
  note.p_type = PT_NOTE;
  note.p_offset = headers + sizeof note;
  note.p_filesz = 8;
  Executable noted = e;
  noted.header.e_phnum = 2;
  noted.segment.p_paddr = noted.segment.p_vaddr = base - headers - sizeof note - note.p_filesz;
  noted.segment.p_filesz = headers + sizeof note + note.p_filesz + e.contents.size();
  std::string bytes = noted.bytes();
  bytes.insert(headers, "identity");
  bytes.insert(headers, std::string(reinterpret_cast<const char*>(&note), sizeof note));
  const ProgramImage identified = load(bytes);
  REQUIRE(identified.segments.size() == 1);
  CHECK(identified.segments[0].address == base);
  CHECK(identified.segments[0].bytes == e.contents);
  // Contents there are another matter.
  e.segment.p_paddr = base - headers - 4;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("does not lie in the memory"));
}

TEST_CASE("a program for floating-point registers is loaded with a note") {
  Executable e;
  CHECK(load(e.bytes()).notes.empty());
  e.header.e_flags = 0x5;  // RVC, double
  REQUIRE(load(e.bytes()).notes.size() == 1);
  CHECK_THAT(load(e.bytes()).notes[0], Contains("-mabi=lp64"));
}

TEST_CASE("a file that is cut off or lies about its contents") {
  Executable e;
  const std::string whole = e.bytes();
  CHECK_THROWS_WITH(load(whole.substr(0, whole.size() - 1)), Contains("the file is cut off"));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_THROWS_AS(load(whole.substr(0, length)), ConfigurationError);
  }
  e.segment.p_offset = ~std::uint64_t{0};
  CHECK_THROWS_WITH(load(e.bytes()), Contains("the file is cut off"));
  e = Executable();
  e.segment.p_memsz = 8;
  CHECK_THROWS_WITH(load(e.bytes()), Contains("more contents than memory"));
}

std::string real_executable() {
  std::ifstream stream(GUEST_ELF, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

TEST_CASE("a program linked for other addresses has its names at both") {
  std::string moved = real_executable();
  const std::uint64_t entry = parse_elf(moved, "x.elf", base, 0x1000000).entry;
  Elf64_Ehdr header;
  std::memcpy(&header, moved.data(), sizeof header);
  constexpr std::uint64_t distance = 0x200'0000;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    char* place = moved.data() + header.e_phoff + i * sizeof segment;
    std::memcpy(&segment, place, sizeof segment);
    segment.p_paddr += distance;
    std::memcpy(place, &segment, sizeof segment);
  }
  const ProgramImage image = parse_elf(moved, "x.elf", base + distance, 0x1000000);
  CHECK(image.entry == entry + distance);
  CHECK(image.by_name.at("_start") == entry + distance);
  const SymbolTable names(image.code);
  CHECK(names.describe(entry) == "_start");
  CHECK(names.describe(entry + distance) == "_start");
}

TEST_CASE("mutations of a real executable never crash") {
  const std::string good = real_executable();
  REQUIRE(good.size() > 1000);
  REQUIRE(parse_elf(good, "x.elf", base, 0x1000000).by_name.count("_start") == 1);
  std::mt19937_64 random(20240607);
  const auto below = [&random](std::uint64_t n) { return random() % n; };
  unsigned refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    const std::uint64_t changes = 1 + below(8);
    for (std::uint64_t i = 0; i < changes; ++i) {
      // Half of the changes hit the headers, the others anything, often at its end: the sections.
      const std::uint64_t reach = below(2) == 0 ? 0x200 : bytes.size();
      const std::uint64_t place = below(4) == 0 ? bytes.size() - 1 - below(2000) : below(reach);
      bytes[place] = static_cast<char>(below(3) == 0 ? 0xff : below(256));
    }
    if (below(10) == 0) bytes.resize(below(bytes.size()));
    try {
      const ProgramImage image = parse_elf(bytes, "x.elf", base, 0x1000000);
      for (const ProgramImage::Segment& segment : image.segments) {
        CHECK(segment.address >= base);
        CHECK(segment.address - base + segment.memory_bytes <= 0x1000000);
        CHECK(segment.bytes.size() <= segment.memory_bytes);
      }
    } catch (const ConfigurationError&) {
      ++refused;
    }
  }
  CHECK(refused > 500);
}

}  // namespace
}  // namespace cyclevisor
