#include "platform/observe/wave_names.hpp"

#include <fmt/format.h>

#include <ostream>

#include "models/base/types.hpp"
#include "platform/observe/trap_statistics.hpp"

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

}  // namespace

WaveNameTable wave_name_table(WaveNames names, const ObservedPlatform& platform) {
  switch (names) {
    case WaveNames::mode:
      return mode_names();
    case WaveNames::vm:
      return vm_names(platform);
    case WaveNames::cause:
      return cause_names();
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
