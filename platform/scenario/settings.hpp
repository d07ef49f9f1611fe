// The one table of scenario settings. Reading, defaults, checks, `--set`, the resolved
// configuration and docs/scenarios.md are made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// `max` of a setting without an upper limit.
inline constexpr std::uint64_t unlimited_setting = std::numeric_limits<std::int64_t>::max();
inline constexpr std::uint64_t mebibyte = 1024 * 1024;

/// Where a setting's value is stored; the type of the pointer is the type of the setting.
using SettingSlot =
    std::variant<std::uint64_t*, std::string*, InputFile*, Strategy*, SyncMode*, EngineChoice*,
                 CachePresence*, Predictor*, WaveTrigger*, WaveChoice*, StuckVm*, bool*>;

/// The values a setting takes and how they are written.
enum class SettingKind : std::uint8_t {
  integer,  ///< TOML integer within [min, max]
  bytes,    ///< integer, or a string with a binary unit: "16MiB"
  text,     ///< any string that is not empty
  word,     ///< see is_word()
  choice,   ///< one of the names in `choices`
  truth,    ///< TOML's true and false
  file,     ///< path of an existing file
};

/// One row. `Owner` is Scenario or ScenarioVm.
template <class Owner>
struct Setting {
  std::string_view key;  ///< dotted; for a VM the part after "vm.NAME."
  SettingKind kind;
  std::string_view fallback;  ///< default as text; empty = see `presence`
  enum class Presence : std::uint8_t { optional, required } presence;
  std::uint64_t min;
  std::uint64_t max;
  std::vector<std::string_view> choices;
  std::string_view description;
  std::function<SettingSlot(Owner&)> slot;
};

const std::vector<Setting<Scenario>>& scenario_settings();
const std::vector<Setting<ScenarioVm>>& vm_settings();

}  // namespace cyclevisor
