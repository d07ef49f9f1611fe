#include "platform/observe/waves/wave_names.hpp"

#include <fmt/format.h>

#include <array>
#include <ostream>

#include "models/base/types.hpp"
#include "platform/observe/guest/hypervisor_stage.hpp"
#include "platform/observe/latency/latency_ledger.hpp"
#include "platform/observe/latency/trap_statistics.hpp"

namespace cyclevisor {
namespace {

WaveNameTable mode_names() {
  WaveNameTable table;
  for (PrivilegeMode mode : {PrivilegeMode::user, PrivilegeMode::supervisor, PrivilegeMode::machine,
                             PrivilegeMode::virtual_user, PrivilegeMode::virtual_supervisor}) {
    table.emplace_back(static_cast<std::uint64_t>(mode), name(mode));
  }
  return table;
}

WaveNameTable vm_names(const ObservedPlatform& platform) {
  WaveNameTable table = {{0, "hypervisor"}};
  for (const ObservedVm& vm : platform.vms) {
    table.emplace_back(vm.number, wave_name(vm.name));
  }
  return table;
}

WaveNameTable cause_names() {
  WaveNameTable table;
  // Exceptions 0 to 23 and interrupts 0 to 13 are those with names.
  for (std::uint64_t code = 0; code < wave_cause_none; ++code) {
    const std::string text = cause_name(wave_mcause(code));
    const bool unnamed = text.rfind("exception ", 0) == 0 || text.rfind("interrupt ", 0) == 0;
    if (!unnamed) table.emplace_back(code, wave_name(text));
    if (code == wave_cause(std::uint64_t{1} << 63 | 0x3f)) break;
  }
  table.emplace_back(wave_cause_none, "-");
  return table;
}

WaveNameTable phase_names_table() {
  WaveNameTable table = {{0, "-"}};
  for (const char* name : phase_names) table.emplace_back(table.size(), name);
  return table;
}

WaveNameTable stage_names_table() {
  WaveNameTable table = {{0, "-"}};
  for (const char* name : stage_names) table.emplace_back(table.size(), name);
  return table;
}

}  // namespace

std::vector<WaveRow> wave_rows(const ObservedPlatform& platform) {
  std::vector<WaveRow> rows;
  for (const auto& row : wave_signals) rows.push_back({row.scope, row.name, row.bits, row.names});
  for (const ObservedVm& vm : platform.vms) {
    for (const auto& row : vm_wave_signals) {
      rows.push_back({row.scope + (' ' + wave_name(vm.name)), row.name, row.bits, row.names});
    }
  }
  return rows;
}

WaveNameTable wave_name_table(WaveNames names, const ObservedPlatform& platform) {
  switch (names) {
    case WaveNames::mode:
      return mode_names();
    case WaveNames::vm:
      return vm_names(platform);
    case WaveNames::cause:
      return cause_names();
    case WaveNames::stage:
      return stage_names_table();
    case WaveNames::phase:
      return phase_names_table();
    case WaveNames::none:
      break;
  }
  return {};
}

void write_translate_filter(std::ostream& out, const WaveNameTable& table, unsigned bits) {
  const unsigned digits = (bits + 3) / 4;
  for (const auto& [value, text] : table) {
    out << fmt::format("{:0{}X} {}\n", value, digits, text);
  }
}

WaveColour wave_colour(unsigned vm) {
  // GTKWave's trace colours: 1 red, 2 orange, 3 yellow, 4 green, 5 blue, 6 indigo, 7 violet.
  static constexpr std::array<WaveColour, 5> vms = {
      {{5, "RoyalBlue"}, {2, "DarkOrange"}, {7, "MediumOrchid"}, {3, "Gold"}, {4, "SeaGreen"}}};
  if (vm == 0) return {6, "SlateGray"};
  return vms[(vm - 1) % vms.size()];
}

std::string wave_function(const std::string& symbol) {
  static const std::string space = "cyclevisor::";
  std::string result = symbol;
  for (auto at = result.find(space); at != std::string::npos; at = result.find(space, at)) {
    result.erase(at, space.size());
  }
  return result;
}

std::string wave_text_value(const std::string& text) {
  constexpr std::size_t longest = 200;
  std::string result = text.substr(0, longest);
  for (char& c : result) {
    if (c < ' ' || c > '~') c = '_';
  }
  return result;
}

std::string wave_name(const std::string& text) {
  std::string result = text;
  for (char& c : result) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == '/';
    if (!kept) c = '_';
  }
  return result.empty() ? "_" : result;
}

}  // namespace cyclevisor
