#include "platform/observe/wave_view.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "platform/observe/wave_names.hpp"
#include "platform/observe/wave_signals.hpp"
#include "wave_view_template.hpp"

namespace cyclevisor {
namespace {

// GTKWave applies the way from the recorded [savefile] to the recorded [dumpfile] and filters to
// where the view really lies, so they share a folder that need not exist.
constexpr const char* made_up_folder = "/cyclevisor/";

// GTKWave's display flags: binary with names from the file's own tables...
constexpr const char* flags_enum = "@100000028";
// ...or hexadecimal, which is what translate filters match.
constexpr const char* flags_filter = "@2022";

struct Named {
  WaveNames names;
  const char* text;
};
constexpr Named named[] = {
    {WaveNames::mode, "mode"}, {WaveNames::vm, "vm"}, {WaveNames::cause, "cause"}};

std::string filter_name(const Named& row) { return fmt::format("trace.{}.filter", row.text); }

unsigned bits_of(WaveNames names) {
  for (const WaveSignalRow& row : wave_signals) {
    if (row.names == names) return row.bits;
  }
  return 0;
}

std::ofstream create(const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot write " + path.string());
  return file;
}

std::string fill(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string token = "{{" + name + "}}";
    for (auto at = text.find(token); at != std::string::npos; at = text.find(token, at)) {
      text.replace(at, token.size(), value);
      at += value.size();
    }
  }
  return text;
}

}  // namespace

void write_wave_view(const std::filesystem::path& outdir, WaveFormat format,
                     const ObservedPlatform& platform, WaveFocus focus) {
  std::map<std::string, std::string> values = {
      {"dumpfile", format == WaveFormat::fst ? "trace.fst" : "trace.vcd"},
      {"timestart", std::to_string(focus.start)},
      {"cursor", std::to_string(focus.cursor)},
  };
  unsigned filter = 0;
  for (const Named& row : named) {
    std::string& flags = values[std::string("names ") + row.text];
    if (format == WaveFormat::fst) {
      flags = flags_enum;
      continue;
    }
    auto file = create(outdir / filter_name(row));
    write_translate_filter(file, wave_name_table(row.names, platform), bits_of(row.names));
    flags = fmt::format("{}\n^{} {}{}", flags_filter, ++filter, made_up_folder, filter_name(row));
  }
  auto view = create(outdir / "trace.gtkw");
  view << fill(wave_view_template, values);
}

}  // namespace cyclevisor
