#include "platform/scenario/settings_text.hpp"

#include <fmt/format.h>

#include "platform/plugin/section_text.hpp"
#include "platform/scenario/setting_value.hpp"

namespace cyclevisor {
namespace {

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
  const bool number = setting.kind == SettingKind::integer || setting.kind == SettingKind::bytes ||
                      setting.kind == SettingKind::truth;
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

namespace {

std::string bounds_toml(const Scenario& scenario) {
  std::string text;
  for (const ScenarioVm& vm : scenario.vms) {
    if (vm.bounds.empty()) continue;
    std::string bounds;
    const auto add = [&bounds](const char* name, const std::optional<std::uint64_t>& value) {
      if (value) bounds += fmt::format("{}{} = {}", bounds.empty() ? "" : ", ", name, *value);
    };
    add("median", vm.bounds.median);
    add("p99", vm.bounds.p99);
    add("max", vm.bounds.max);
    text += fmt::format("{}{} = {{ {} }}\n", text.empty() ? "\n[bounds]\n" : "", vm.name, bounds);
  }
  return text;
}

}  // namespace

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
  text += bounds_toml(scenario);
  text += sections_toml(scenario.devices, scenario.sinks);
  text += landmark_sections_toml(scenario.landmarks, scenario.intervals);
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
