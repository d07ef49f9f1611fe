#include "timing_program.hpp"

#include <elf.h>
#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "models/pipeline/pipeline.hpp"
#include "reference_platform.hpp"

namespace cyclevisor {
namespace {

template <class T>
T read_at(const std::string& file, std::uint64_t offset) {
  T value;
  if (offset + sizeof value > file.size()) throw std::runtime_error("truncated ELF file");
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

/// Loads the program; returns the address of `tohost`.
std::uint64_t load(const std::string& path, std::vector<std::byte>& ram) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + path);
  const std::string file{std::istreambuf_iterator<char>(stream), {}};
  const auto header = read_at<Elf64_Ehdr>(file, 0);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto segment = read_at<Elf64_Phdr>(file, header.e_phoff + i * header.e_phentsize);
    if (segment.p_type != PT_LOAD) continue;
    const std::uint64_t offset = segment.p_paddr - ReferencePlatform::ram_base;
    if (offset + segment.p_memsz > ram.size()) throw std::runtime_error("program outside RAM");
    std::memcpy(ram.data() + offset, file.data() + segment.p_offset, segment.p_filesz);
  }
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    const auto table = read_at<Elf64_Shdr>(file, header.e_shoff + i * header.e_shentsize);
    if (table.sh_type != SHT_SYMTAB) continue;
    const auto names = read_at<Elf64_Shdr>(file, header.e_shoff + table.sh_link * sizeof(table));
    for (std::uint64_t at = 0; at < table.sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = read_at<Elf64_Sym>(file, table.sh_offset + at);
      const char* name = file.data() + names.sh_offset + symbol.st_name;
      if (std::strcmp(name, "tohost") == 0) return symbol.st_value;
    }
  }
  throw std::runtime_error(path + " has no symbol tohost");
}

std::string row_of(const PipelineEvent& event) {
  char text[96];
  char what[16] = "";
  if (event.kind != PipelineEvent::Kind::retired) {
    const bool exception = event.kind == PipelineEvent::Kind::exception;
    std::snprintf(what, sizeof what, "%s:%u", exception ? "exc" : "irq", event.cause);
  }
  std::snprintf(text, sizeof text, "%llu,%llx,%x,%u,%s",
                static_cast<unsigned long long>(event.cycle.value),
                static_cast<unsigned long long>(event.pc), event.bits,
                static_cast<unsigned>(event.mode), what);
  return text;
}

void add_line_changes(TraceRows& rows, Cycle at, std::uint64_t before, std::uint64_t now) {
  struct Line {
    const char* name;
    std::uint64_t bit;
  };
  for (const Line& line : {Line{"mtip", interrupt::mti}, Line{"msip", interrupt::msi},
                           Line{"meip", interrupt::mei}, Line{"seip", interrupt::sei}}) {
    if (((before ^ now) & line.bit) == 0) continue;
    const char* level = (now & line.bit) != 0 ? "=1" : "=0";
    rows.push_back(std::to_string(at.value) + ",,,," + line.name + level);
  }
}

}  // namespace

HartConfig reference_hart() {
  HartConfig config;
  config.extensions = parse_isa_string("rv64imac_zicsr_zifencei_zicntr_sstc_svadu");
  config.misaligned = MisalignedAccess::trap;
  config.paging = PagingLevels::sv39;
  return config;
}

TraceRows run_program(const std::string& elf, Predictor predictor, std::uint64_t max_cycles) {
  ReferencePlatform platform;
  const std::uint64_t tohost = load(elf, platform.ram()) - ReferencePlatform::ram_base;
  TraceRows rows;
  PipelineSettings settings;
  settings.predictor = predictor;
  Pipeline pipeline(settings, reference_hart(), platform, platform, platform,
                    [&rows](const PipelineEvent& event) { rows.push_back(row_of(event)); });
  pipeline.reset(ReferencePlatform::ram_base, 0, 0);
  std::uint64_t lines = 0;
  while (platform.ram().at(tohost) == std::byte{0}) {
    const Cycle now = pipeline.now();
    if (now.value >= max_cycles) throw std::runtime_error("the program does not end");
    const std::uint64_t next_lines = platform.lines(now);
    add_line_changes(rows, now, lines, next_lines);
    lines = next_lines;
    pipeline.step(lines);
  }
  return rows;
}

TraceRows read_trace(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw std::runtime_error("cannot read " + path);
  TraceRows rows;
  char text[256];
  bool heading = true;
  while (gzgets(file, text, sizeof text) != nullptr) {
    text[std::strcspn(text, "\r\n")] = '\0';
    if (!heading) rows.emplace_back(text);
    heading = false;
  }
  gzclose(file);
  return rows;
}

}  // namespace cyclevisor
