#include "platform/scenario/setting_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <type_traits>

#include "platform/base/configuration_error.hpp"
#include "platform/base/input_folders.hpp"

namespace cyclevisor {
namespace {

constexpr std::size_t longest_word = 64;

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

}  // namespace

template <class Owner>
std::string expectation(const Setting<Owner>& setting) {
  switch (setting.kind) {
    case SettingKind::integer:
      return setting.max == unlimited_setting
                 ? fmt::format("an integer from {} below 2^63", setting.min)
                 : fmt::format("an integer from {} to {}", setting.min, setting.max);
    case SettingKind::bytes:
      return fmt::format("a size from {} MiB to {} MiB: bytes, or a string such as \"16MiB\"",
                         setting.min / mebibyte, setting.max / mebibyte);
    case SettingKind::text:
      return "a string without NUL characters";
    case SettingKind::word:
      return fmt::format("a string of at most {} letters, digits, '-' and '_'", longest_word);
    case SettingKind::choice:
      return "one of " + join(setting.choices);
    case SettingKind::truth:
      return "true or false";
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
        } else if constexpr (std::is_same_v<Value, bool>) {
          if (text != "true" && text != "false") refuse();
          *place = text == "true";
        } else if constexpr (std::is_same_v<Value, std::string>) {
          const bool nul = text.find('\0') != std::string::npos;
          if (text.empty() || nul || (setting.kind == SettingKind::word && !is_word(text)))
            refuse();
          *place = text;
        } else if constexpr (std::is_same_v<Value, InputFile>) {
          if (text.empty()) refuse();
          const std::filesystem::path path = locate_input(text, source.folder);
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
        } else if constexpr (std::is_same_v<Value, bool>) {
          return *place ? "true" : "false";
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
      **file = {std::string(setting.fallback), locate_input(std::string(setting.fallback), {})};
      continue;
    }
    store_setting(setting, owner, std::string(setting.fallback),
                  {"default of " + std::string(setting.key), {}});
  }
}

}  // namespace

void apply_defaults(Scenario& scenario) { apply_table(scenario_settings(), scenario); }
void apply_defaults(ScenarioVm& vm) { apply_table(vm_settings(), vm); }

}  // namespace cyclevisor
