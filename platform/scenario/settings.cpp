#include "platform/scenario/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <type_traits>

#include "platform/base/configuration_error.hpp"
#include "platform/plugin/section_text.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::size_t longest_word = 64;
constexpr std::string_view linux_prefix = "@linux/";

constexpr auto optional = Setting<Scenario>::Presence::optional;
constexpr auto vm_optional = Setting<ScenarioVm>::Presence::optional;
constexpr auto vm_required = Setting<ScenarioVm>::Presence::required;

}  // namespace

// clang-format off
const std::vector<Setting<Scenario>>& scenario_settings() {
  using Kind = SettingKind;
  static const std::vector<Setting<Scenario>> table{
      {"name", Kind::word, "", optional, 0, 0, {},
       "The scenario's name in reports; by default the file name without `.toml`.",
       [](Scenario& s) -> SettingSlot { return &s.name; }},
      {"strategy", Kind::choice, "trap", optional, 0, 0, {"native", "trap"},
       "`native`: one guest alone on the hardware. `trap`: guests in U-mode under the trap-and-emulate hypervisor.",
       [](Scenario& s) -> SettingSlot { return &s.strategy; }},
      {"platform.clock_hz", Kind::integer, "100000000", optional, 1'000, 10'000'000'000, {},
       "CPU and bus clock in Hz. Must divide 10^12 (SystemC counts picoseconds) and be a multiple of `platform.timebase_hz`, at most 65535 times it.",
       [](Scenario& s) -> SettingSlot { return &s.clock_hz; }},
      {"platform.timebase_hz", Kind::integer, "10000000", optional, 1, 4294967295, {},
       "Rate in Hz at which `mtime` counts.",
       [](Scenario& s) -> SettingSlot { return &s.timebase_hz; }},
      {"platform.dram_bytes", Kind::bytes, "128MiB", optional, 4 * mebibyte, 16384 * mebibyte, {},
       "Size of the DRAM at 0x80000000, a multiple of 2 MiB.",
       [](Scenario& s) -> SettingSlot { return &s.dram_bytes; }},
      {"platform.isa", Kind::text, "rv64imac_zicsr_zifencei_zicntr_sstc_h", optional, 0, 0, {},
       "The hart's ISA string.",
       [](Scenario& s) -> SettingSlot { return &s.isa; }},
      {"platform.sync", Kind::choice, "fast", optional, 0, 0, {"fast", "lockstep"},
       "How the RTL is clocked: `fast` advances it directly to the cycle that is needed, `lockstep` clocks every edge under the SystemC kernel. Same results.",
       [](Scenario& s) -> SettingSlot { return &s.sync; }},
      {"platform.engine", Kind::choice, "fast", optional, 0, 0, {"fast", "stepped"},
       "The engine that runs the hart: `stepped` simulates every cycle of the pipeline, `fast` does so only where it cannot run blocks of known timing. Same results.",
       [](Scenario& s) -> SettingSlot { return &s.engine; }},
      {"platform.firmware", Kind::file, "", optional, 0, 0, {},
       "Firmware that starts in M-mode and then starts the guest in S-mode, such as OpenSBI's `fw_jump.elf` or `fw_dynamic.elf`: an ELF executable, or a raw image (`.bin`), for 0x80000000. The guest is then linked for 0x80200000 (docs/supervisor.md). Only with `native`.",
       [](Scenario& s) -> SettingSlot { return &s.firmware; }},
      {"timing.instruction_cache", Kind::choice, "on", optional, 0, 0, {"on", "off"},
       "`off`: instructions are fetched from tightly coupled memory in one cycle.",
       [](Scenario& s) -> SettingSlot { return &s.timing.instruction_cache.presence; }},
      {"timing.instruction_cache_ways", Kind::integer, "4", optional, 1, 16, {},
       "Number of ways, a power of two.",
       [](Scenario& s) -> SettingSlot { return &s.timing.instruction_cache.ways; }},
      {"timing.instruction_cache_sets", Kind::integer, "64", optional, 1, 4096, {},
       "Number of sets, a power of two.",
       [](Scenario& s) -> SettingSlot { return &s.timing.instruction_cache.sets; }},
      {"timing.instruction_cache_line", Kind::integer, "64", optional, 8, 256, {},
       "Line size in bytes, a power of two. The bus transfers 8 bytes per beat.",
       [](Scenario& s) -> SettingSlot { return &s.timing.instruction_cache.line_bytes; }},
      {"timing.data_cache", Kind::choice, "on", optional, 0, 0, {"on", "off"},
       "`off`: data accesses go to tightly coupled memory and take one cycle.",
       [](Scenario& s) -> SettingSlot { return &s.timing.data_cache.presence; }},
      {"timing.data_cache_ways", Kind::integer, "4", optional, 1, 16, {},
       "Number of ways, a power of two.",
       [](Scenario& s) -> SettingSlot { return &s.timing.data_cache.ways; }},
      {"timing.data_cache_sets", Kind::integer, "64", optional, 1, 4096, {},
       "Number of sets, a power of two.",
       [](Scenario& s) -> SettingSlot { return &s.timing.data_cache.sets; }},
      {"timing.data_cache_line", Kind::integer, "64", optional, 8, 256, {},
       "Line size in bytes, a power of two.",
       [](Scenario& s) -> SettingSlot { return &s.timing.data_cache.line_bytes; }},
      {"timing.instruction_tlb", Kind::integer, "32", optional, 0, 64, {},
       "Entries of the instruction TLB; 0 is an ideal TLB: translations take no time.",
       [](Scenario& s) -> SettingSlot { return &s.timing.instruction_tlb_entries; }},
      {"timing.data_tlb", Kind::integer, "32", optional, 0, 64, {},
       "Entries of the data TLB; 0 is an ideal TLB.",
       [](Scenario& s) -> SettingSlot { return &s.timing.data_tlb_entries; }},
      {"timing.predictor", Kind::choice, "none", optional, 0, 0, {"none", "gshare"},
       "Branch predictor: none, or gshare with a branch target buffer and a return stack.",
       [](Scenario& s) -> SettingSlot { return &s.timing.predictor; }},
      {"timing.predictor_index_bits", Kind::integer, "10", optional, 4, 20, {},
       "Length *n* of the branch history in bits; the counter table and the branch target buffer have 2^n entries each.",
       [](Scenario& s) -> SettingSlot { return &s.timing.predictor_index_bits; }},
      {"timing.return_stack", Kind::integer, "16", optional, 1, 64, {},
       "Entries of the return stack, a power of two.",
       [](Scenario& s) -> SettingSlot { return &s.timing.return_stack_entries; }},
      {"timing.memory_latency", Kind::integer, "0", optional, 0, 1000, {},
       "Additional cycles that main memory takes for the first beat of a line.",
       [](Scenario& s) -> SettingSlot { return &s.timing.memory_latency; }},
      {"timing.memory_beat", Kind::integer, "0", optional, 0, 1000, {},
       "Additional cycles for each further beat.",
       [](Scenario& s) -> SettingSlot { return &s.timing.memory_beat; }},
      {"timing.divider_bits", Kind::integer, "4", optional, 1, 32, {},
       "Quotient bits that the divider computes per cycle, a power of two.",
       [](Scenario& s) -> SettingSlot { return &s.timing.divider_bits; }},
      {"timing.wfi_limit", Kind::integer, "0", optional, 0, 4294967295, {},
       "Cycles after which a wfi in U-mode, or with `mstatus.TW` set, becomes an illegal instruction. The reference core waits 65536 cycles; with 0 an idle guest yields the hart at once.",
       [](Scenario& s) -> SettingSlot { return &s.timing.wfi_time_limit; }},
      {"hypervisor.image", Kind::file, "@firmware/hypervisor.elf", optional, 0, 0, {},
       "The hypervisor's image. Not used by `native`.",
       [](Scenario& s) -> SettingSlot { return &s.hypervisor_image; }},
      {"hypervisor.slice", Kind::integer, "10000", optional, 200, 4294967295, {},
       "Scheduler slice in counts of `mtime`. Not used by `native`.",
       [](Scenario& s) -> SettingSlot { return &s.slice; }},
      {"run.max_cycles", Kind::integer, "0", optional, 0, unlimited, {},
       "The run ends with exit code 3 at this cycle; 0 means no limit.",
       [](Scenario& s) -> SettingSlot { return &s.max_cycles; }},
      {"run.wave", Kind::choice, "none", optional, 0, 0, {"none", "fst", "vcd"},
       "Format of the wave file.",
       [](Scenario& s) -> SettingSlot { return &s.wave; }},
      {"run.wave_first", Kind::integer, "0", optional, 0, unlimited, {},
       "First cycle in the wave file, counted from the trigger.",
       [](Scenario& s) -> SettingSlot { return &s.wave_first; }},
      {"run.wave_last", Kind::integer, "0", optional, 0, unlimited, {},
       "Last cycle in the wave file, counted from the trigger; 0 means the end of the run.",
       [](Scenario& s) -> SettingSlot { return &s.wave_last; }},
      {"run.wave_trigger", Kind::choice, "none", optional, 0, 0, {"none", "irq", "trap", "vm-switch"},
       "The trigger from which `run.wave_first` and `run.wave_last` count: the start of the run, the first rising edge of an interrupt line of the hart, the first trap, or the first time that a VM runs after another one.",
       [](Scenario& s) -> SettingSlot { return &s.wave_trigger; }},
  };
  return table;
}

const std::vector<Setting<ScenarioVm>>& vm_settings() {
  using Kind = SettingKind;
  static const std::vector<Setting<ScenarioVm>> table{
      {"name", Kind::word, "", vm_required, 0, 0, {},
       "The VM's name in reports and file names. VMs are numbered from 1 in the order of the file.",
       [](ScenarioVm& v) -> SettingSlot { return &v.name; }},
      {"image", Kind::file, "", vm_required, 0, 0, {},
       "The guest's program: an RV64 ELF executable linked at 0x80000000, a Linux kernel's `Image`, or a raw image (`.bin`) for that address.",
       [](ScenarioVm& v) -> SettingSlot { return &v.image; }},
      {"memory", Kind::bytes, "16MiB", vm_optional, 2 * mebibyte, 1024 * mebibyte, {},
       "The VM's DRAM, a multiple of 2 MiB. With `native` the guest has the whole DRAM.",
       [](ScenarioVm& v) -> SettingSlot { return &v.memory_bytes; }},
      {"dtb", Kind::file, "", vm_optional, 0, 0, {},
       "A flattened device tree for the guest, instead of the generated one.",
       [](ScenarioVm& v) -> SettingSlot { return &v.device_tree; }},
      {"uart_input", Kind::text, "", vm_optional, 0, 0, {},
       "Text that is typed into the VM's UART from the start of the run, with escapes such as `\\n` (docs/uart-input.md).",
       [](ScenarioVm& v) -> SettingSlot { return &v.uart_input; }},
      {"uart_script", Kind::file, "", vm_optional, 0, 0, {},
       "A script of the input that is typed into the VM's UART (docs/uart-input.md). Cannot be combined with `uart_input`.",
       [](ScenarioVm& v) -> SettingSlot { return &v.uart_script; }},
      {"bootargs", Kind::text, "", vm_optional, 0, 0, {},
       "The kernel's command line: `/chosen/bootargs` of the generated device tree.",
       [](ScenarioVm& v) -> SettingSlot { return &v.bootargs; }},
  };
  return table;
}
// clang-format on

namespace {

template <class Enum>
constexpr bool is_choice = std::is_enum_v<Enum>;

std::string join(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

/// A decimal or 0x-prefixed number that takes up all of `text`.
bool parse_number(std::string_view text, std::uint64_t& value) {
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    text.remove_prefix(2);
    base = 16;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size();
}

bool parse_bytes(std::string_view text, std::uint64_t& value) {
  constexpr std::pair<std::string_view, unsigned> units[] = {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}};
  unsigned shift = 0;
  for (const auto& [unit, unit_shift] : units) {
    if (text.size() > unit.size() && text.substr(text.size() - unit.size()) == unit) {
      text.remove_suffix(unit.size());
      while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
      shift = unit_shift;
      break;
    }
  }
  if (!parse_number(text, value) || value > (std::uint64_t{1} << 63 >> shift)) return false;
  value <<= shift;
  return true;
}

std::filesystem::path locate(const std::string& given, const std::filesystem::path& folder) {
  constexpr std::string_view firmware = "@firmware/";
  if (given.rfind(firmware, 0) == 0) return firmware_folder() / given.substr(firmware.size());
  if (given.rfind(linux_prefix, 0) == 0) return linux_folder() / given.substr(linux_prefix.size());
  return folder / given;
}

std::filesystem::path program_folder() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path(".") : self.parent_path();
}

}  // namespace

std::filesystem::path firmware_folder() { return program_folder().parent_path() / "firmware"; }
std::filesystem::path linux_folder() { return program_folder().parent_path() / "linux"; }
std::filesystem::path scenario_folder() { return program_folder().parent_path() / "scenarios"; }

template <class Owner>
std::string expectation(const Setting<Owner>& setting) {
  switch (setting.kind) {
    case SettingKind::integer:
      return setting.max == unlimited
                 ? fmt::format("an integer from {}", setting.min)
                 : fmt::format("an integer from {} to {}", setting.min, setting.max);
    case SettingKind::bytes:
      return fmt::format("a size from {} MiB to {} MiB: bytes, or a string such as \"16MiB\"",
                         setting.min / mebibyte, setting.max / mebibyte);
    case SettingKind::text:
      return "a string";
    case SettingKind::word:
      return fmt::format("a string of at most {} letters, digits, '-' and '_'", longest_word);
    case SettingKind::choice:
      return "one of " + join(setting.choices);
    case SettingKind::file:
      return "the path of a file";
  }
  return "";
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= longest_word &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

template <class Owner>
void store_setting(const Setting<Owner>& setting, Owner& owner, const std::string& text,
                   const SettingSource& source) {
  const auto refuse = [&]() {
    throw ConfigurationError(source.where, fmt::format("'{}' is not a value for {}: it takes {}",
                                                       text, setting.key, expectation(setting)));
  };
  std::visit(
      [&](auto* place) {
        using Value = std::remove_pointer_t<decltype(place)>;
        if constexpr (std::is_same_v<Value, std::uint64_t>) {
          std::uint64_t value = 0;
          const bool number = setting.kind == SettingKind::bytes ? parse_bytes(text, value)
                                                                 : parse_number(text, value);
          if (!number || value < setting.min || value > setting.max) refuse();
          *place = value;
        } else if constexpr (std::is_same_v<Value, std::string>) {
          if (text.empty() || (setting.kind == SettingKind::word && !is_word(text))) refuse();
          *place = text;
        } else if constexpr (std::is_same_v<Value, InputFile>) {
          if (text.empty()) refuse();
          const std::filesystem::path path = locate(text, source.folder);
          std::error_code error;
          if (!std::filesystem::is_regular_file(path, error)) {
            const bool of_linux = text.rfind(linux_prefix, 0) == 0;
            throw ConfigurationError(
                source.where,
                fmt::format("{} is '{}', but there is no such file (looked for {}){}", setting.key,
                            text, path.string(), of_linux ? "; scripts/build-linux makes it" : ""));
          }
          *place = {text, path};
        } else {
          static_assert(is_choice<Value>);
          const auto& names = setting.choices;
          const auto found = std::find(names.begin(), names.end(), text);
          if (found == names.end()) refuse();
          *place = static_cast<Value>(found - names.begin());
        }
      },
      setting.slot(owner));
}

template <class Owner>
std::string setting_text(const Setting<Owner>& setting, const Owner& owner) {
  Owner copy = owner;
  return std::visit(
      [&](auto* place) -> std::string {
        using Value = std::remove_pointer_t<decltype(place)>;
        if constexpr (std::is_same_v<Value, std::uint64_t>) {
          return std::to_string(*place);
        } else if constexpr (std::is_same_v<Value, std::string>) {
          return *place;
        } else if constexpr (std::is_same_v<Value, InputFile>) {
          return place->given;
        } else {
          return std::string(setting.choices[static_cast<std::size_t>(*place)]);
        }
      },
      setting.slot(copy));
}

template void store_setting(const Setting<Scenario>&, Scenario&, const std::string&,
                            const SettingSource&);
template void store_setting(const Setting<ScenarioVm>&, ScenarioVm&, const std::string&,
                            const SettingSource&);
template std::string setting_text(const Setting<Scenario>&, const Scenario&);
template std::string setting_text(const Setting<ScenarioVm>&, const ScenarioVm&);
template std::string expectation(const Setting<Scenario>&);
template std::string expectation(const Setting<ScenarioVm>&);

namespace {

template <class Owner>
void apply_table(const std::vector<Setting<Owner>>& table, Owner& owner) {
  for (const Setting<Owner>& setting : table) {
    if (setting.fallback.empty()) continue;
    // A default file need not exist: the strategy may not use it.
    const SettingSlot slot = setting.slot(owner);
    if (const auto* file = std::get_if<InputFile*>(&slot)) {
      **file = {std::string(setting.fallback), locate(std::string(setting.fallback), {})};
      continue;
    }
    store_setting(setting, owner, std::string(setting.fallback),
                  {"default of " + std::string(setting.key), {}});
  }
}

std::string quote(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

template <class Owner>
std::string toml_line(const Setting<Owner>& setting, const Owner& owner) {
  const std::string_view key = setting.key.substr(setting.key.find('.') + 1);
  const std::string text = setting_text(setting, owner);
  const bool number = setting.kind == SettingKind::integer || setting.kind == SettingKind::bytes;
  return fmt::format("{} = {}\n", key, number ? text : quote(text));
}

template <class Owner>
std::string document_rows(const std::vector<Setting<Owner>>& table, std::string_view prefix) {
  std::string text = "| key | value | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const Setting<Owner>& setting : table) {
    const std::string fallback = setting.presence == Setting<Owner>::Presence::required ? "required"
                                 : setting.fallback.empty()                             ? ""
                                                            : fmt::format("`{}`", setting.fallback);
    text += fmt::format("| `{}{}` | {} | {} | {} |\n", prefix, setting.key, expectation(setting),
                        fallback, setting.description);
  }
  return text;
}

}  // namespace

void apply_defaults(Scenario& scenario) { apply_table(scenario_settings(), scenario); }
void apply_defaults(ScenarioVm& vm) { apply_table(vm_settings(), vm); }

std::string resolved_toml(const Scenario& scenario) {
  std::string text;
  std::string section;
  for (const Setting<Scenario>& setting : scenario_settings()) {
    const std::size_t dot = setting.key.find('.');
    const std::string here(dot == std::string_view::npos ? "" : setting.key.substr(0, dot));
    if (here != section) text += fmt::format("\n[{}]\n", here);
    section = here;
    if (!setting_text(setting, scenario).empty()) text += toml_line(setting, scenario);
  }
  for (const ScenarioVm& vm : scenario.vms) {
    text += "\n[[vm]]\n";
    for (const Setting<ScenarioVm>& setting : vm_settings()) {
      if (!setting_text(setting, vm).empty()) text += toml_line(setting, vm);
    }
  }
  text += sections_toml(scenario.devices, scenario.sinks);
  return text;
}

std::string settings_document() {
  return "# Scenarios\n\n"
         "A scenario is a TOML file that describes the hardware, the strategy and the guests.\n"
         "The shipped scenarios are in `platform/scenarios/`; they can be named without path and\n"
         "extension. This page is the output of `cyclevisor settings`.\n\n"
         "- A dotted key belongs to the section before its dot: `platform.clock_hz` is\n"
         "  `clock_hz` in `[platform]`.\n"
         "- `--set KEY=VALUE` overrides a setting; the settings of a VM are `vm.NAME.KEY`.\n"
         "- `@firmware/NAME.elf` is a program of this build; `@linux/CONFIGURATION/Image` is a\n"
         "  kernel that `scripts/build-linux` built. Other file names are relative to the\n"
         "  scenario file, or with `--set` to the current folder.\n\n"
         "## Settings\n\n" +
         document_rows(scenario_settings(), "") + "\n## Each `[[vm]]`\n\n" +
         document_rows(vm_settings(), "vm.NAME.") +
         "\n## `[[device]]` and `[[sink]]`\n\n"
         "Your own devices and sinks, in shared libraries: [add-a-device.md]"
         "(add-a-device.md), [add-a-sink.md](add-a-sink.md).\n";
}

}  // namespace cyclevisor
