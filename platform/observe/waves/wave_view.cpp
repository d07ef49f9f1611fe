#include "platform/observe/waves/wave_view.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <sstream>

#include "models/base/virt_map.hpp"
#include "platform/base/output_file.hpp"
#include "platform/observe/waves/wave_names.hpp"
#include "platform/observe/waves/wave_signals.hpp"
#include "wave_view_templates.hpp"

namespace cyclevisor {
namespace {

// GTKWave resolves the [dumpfile] and the filters relative to the recorded [savefile] and applies
// the same relative paths to the view's real folder. So all three share a folder that need not
// exist.
constexpr const char* made_up_folder = "/cyclevisor/";

// GTKWave's display flags: binary with names from the file's own tables...
constexpr const char* flags_enum = "@100000028";
// ...or hexadecimal, which is what translate and process filters match...
constexpr const char* flags_translate = "@2022";
constexpr const char* flags_process = "@4022";
// ...or a text.
constexpr const char* flags_text = "@22";

constexpr std::size_t most_markers = 26;

using Values = std::map<std::string, std::string>;

std::string fill(std::string text, const Values& values) {
  for (const auto& [name, value] : values) {
    const std::string token = "{{" + name + "}}";
    for (auto at = text.find(token); at != std::string::npos; at = text.find(token, at)) {
      text.replace(at, token.size(), value);
      at += value.size();
    }
  }
  return text;
}

/// Repeats the text between "{{each vm}}" and "{{end}}" for every VM.
std::string repeat(const std::string& text, const ObservedPlatform& platform) {
  static const std::string begin = "{{each vm}}\n";
  static const std::string end = "{{end}}\n";
  std::string result;
  std::size_t done = 0;
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, done)) {
    const auto body = at + begin.size();
    const auto stop = text.find(end, body);
    result += text.substr(done, at - done);
    for (const ObservedVm& vm : platform.vms) {
      result += fill(text.substr(body, stop - body),
                     {{"vm", wave_name(vm.name)},
                      {"scope", wave_name(vm.name)},
                      {"colour", std::to_string(wave_colour(vm.number).trace)}});
    }
    done = stop + end.size();
  }
  return result + text.substr(done);
}

/// Writes the filters and knows how the views refer to them.
class Filters {
 public:
  Filters(const std::filesystem::path& outdir, WaveFormat format, const WaveViewInput& input)
      : outdir_(outdir), format_(format), input_(input) {
    names("mode", WaveNames::mode);
    names("cause", WaveNames::cause);
    names("phase", WaveNames::phase);
    names("stage", WaveNames::stage);
    names("vm", WaveNames::vm);
    translate("register", timer_registers(), 16);
    symbols();
  }

  const std::string& flags(const std::string& name) const { return flags_.at(name); }

 private:
  static unsigned bits_of(WaveNames names) {
    for (const auto& row : wave_signals) {
      if (row.names == names) return row.bits;
    }
    for (const auto& row : vm_wave_signals) {
      if (row.names == names) return row.bits;
    }
    return 0;
  }

  void names(const char* name, WaveNames names) {
    // GTKWave applies no filter to a signal that has a table of names in the file.
    if (format_ == WaveFormat::fst) {
      flags_[name] = flags_enum;
    } else if (names == WaveNames::vm) {
      translate(name, coloured_vms(), bits_of(names));
    } else {
      translate(name, wave_name_table(names, input_.platform), bits_of(names));
    }
  }

  void translate(const char* name, const WaveNameTable& table, unsigned bits) {
    const std::string file_name = fmt::format("trace.{}.filter", name);
    OutputFile file(outdir_ / file_name);
    write_translate_filter(file.stream(), table, bits);
    file.close();
    flags_[name] =
        fmt::format("{}\n^{} {}{}", flags_translate, ++count_, made_up_folder, file_name);
  }

  WaveNameTable coloured_vms() const {
    WaveNameTable table = wave_name_table(WaveNames::vm, input_.platform);
    for (auto& [vm, name] : table) {
      name = fmt::format("?{}?{}", wave_colour(static_cast<unsigned>(vm)).value, name);
    }
    return table;
  }

  /// The words of the timer's registers (rtl/timer_pkg.sv).
  static WaveNameTable timer_registers() {
    return {{virt::msip_offset, "msip"},
            {virt::mtimecmp_offset, "mtimecmp"},
            {virt::mtimecmp_offset + 4, "mtimecmp.high"},
            {virt::mtime_offset, "mtime"},
            {virt::mtime_offset + 4, "mtime.high"}};
  }

  void symbols() {
    const std::filesystem::path path = outdir_ / "trace.symbol.filter";
    OutputFile file(path);
    file.stream() << wave_symbol_filter;
    write_symbols(file.stream(), 0, "");
    for (const ObservedVm& vm : input_.platform.vms) {
      write_symbols(file.stream(), vm.number, vm.name);
    }
    file.close();
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_exec |
                                     std::filesystem::perms::group_exec |
                                     std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    flags_["symbol"] = fmt::format("{}\n^>1 {}trace.symbol.filter", flags_process, made_up_folder);
  }

  void write_symbols(std::ostream& out, unsigned vm, const std::string& name) const {
    out << fmt::format("vm {} {} {}\n", vm, wave_colour(vm).value,
                       vm == 0 ? "hypervisor" : wave_text_value(name));
    const SymbolTable* symbols = symbols_of(input_.platform, input_.symbols, vm);
    if (symbols == nullptr) return;
    for (const SymbolTable::Entry& symbol : symbols->entries()) {
      const std::uint64_t location = wave_location(0, VirtualAddress(symbol.address));
      out << fmt::format("symbol {} {:x} {}\n", vm, location,
                         wave_text_value(wave_function(symbol.name)));
    }
  }

  const std::filesystem::path& outdir_;
  WaveFormat format_;
  const WaveViewInput& input_;
  std::map<std::string, std::string> flags_;
  unsigned count_ = 0;
};

/// What the templates' signals need to be shown with names.
Values named_signals(const Filters& filters, WaveFormat format) {
  const auto line = [&](const char* filter, const char* name, const char* signal) {
    return fmt::format("{}\n+{{{}}} {}", filters.flags(filter), name, signal);
  };
  return {
      {"mode", "[color] 2\n" + line("mode", "mode", "platform.hart.mode[2:0]")},
      {"cause", "[color] 1\n" + line("cause", "trap cause", "platform.hart.cause[7:0]")},
      {"stage", "[color] 3\n" + line("stage", "stage", "platform.hart.stage[3:0]")},
      {"running", line("vm", "running", "platform.hart.vm[7:0]")},
      {"register", line("register", "register", "TOP.timer.paddr_i[15:0]")},
      {"location", line("symbol", "symbol at pc", "platform.hart.location[63:0]")},
      {"function", format == WaveFormat::fst
                       ? fmt::format("{}\n+{{function}} platform.hart.function", flags_text)
                       : "[*] VCD files have no texts; 'symbol at pc' shows the function"},
      {"phase",
       filters.flags("phase") + "\n[color] {{colour}}\n+{phase} platform.vm.{{scope}}.phase[2:0]"},
  };
}

enum class Shows { span, line, bus };

Values head_values(const WaveFocus& focus, Shows shows) {
  // At GTKWave's zoom Z 200 pixels show 2^-Z picoseconds; a window of the size that the views ask
  // for has 1300.
  constexpr double pixels_per_unit = 200;
  constexpr double window_pixels = 1200;
  // Some 700 cycles of 10 ns, and for the bus 90.
  double zoom = shows == Shows::bus ? -17 : -20;
  double before = shows == Shows::bus ? 100'000 : 600'000;
  const std::uint64_t cursor = shows == Shows::line  ? focus.line
                               : shows == Shows::bus ? focus.bus
                                                     : focus.begin;
  if (shows == Shows::span && focus.end > focus.begin) {
    const auto span = static_cast<double>(focus.end - focus.begin);
    zoom = -std::log2(span * pixels_per_unit / window_pixels);
    before = span / 30;
  }
  const auto margin = static_cast<std::uint64_t>(before);
  std::string times;
  std::string names;
  for (std::size_t i = 0; i < most_markers; ++i) {
    const bool used = i < focus.markers.size();
    times += used ? std::to_string(focus.markers[i].time) + ' ' : "-1 ";
    if (!used) continue;
    names += fmt::format("{}[markername] {}{}", names.empty() ? "" : "\n",
                         static_cast<char>('A' + i), focus.markers[i].name);
  }
  return {{"timestart", std::to_string(cursor - std::min(margin, cursor))},
          {"cursor", std::to_string(cursor)},
          {"zoom", fmt::format("{:.6f}", zoom)},
          {"markers", times},
          {"marker names", names.empty() ? "[*] No timer interrupt was delivered." : names}};
}

}  // namespace

const SymbolTable* symbols_of(const ObservedPlatform& platform,
                              const std::vector<SymbolTable>& symbols, unsigned vm) {
  const std::size_t index = platform.arrangement.monitored() ? vm : 0;
  return index < symbols.size() ? &symbols[index] : nullptr;
}

void write_wave_views(const std::filesystem::path& outdir, WaveFormat format,
                      const WaveViewInput& input) {
  struct View {
    const char* name;
    const char* text;
    Shows shows;
  };
  static constexpr std::array<View, 4> views = {{{"timer", wave_view_timer, Shows::line},
                                                 {"bus", wave_view_bus, Shows::bus},
                                                 {"hypervisor", wave_view_hypervisor, Shows::span},
                                                 {"latency", wave_view_latency, Shows::span}}};
  const Filters filters(outdir, format, input);
  const Values signals = named_signals(filters, format);
  for (const View& view : views) {
    Values values = head_values(input.focus, view.shows);
    values["dumpfile"] = format == WaveFormat::fst ? "trace.fst" : "trace.vcd";
    values["savefile"] = fmt::format("{}.gtkw", view.name);
    const std::string text =
        fill(view.text, {{"head", wave_view_head}, {"phase", signals.at("phase")}});
    OutputFile file(outdir / values["savefile"]);
    file.stream() << fill(fill(repeat(text, input.platform), signals), values)
                  << "[pattern_trace] 1\n[pattern_trace] 0\n";
    file.close();
  }
}

}  // namespace cyclevisor
