// The one table of scenario settings. Reading, defaults, checks, `--set`, the resolved
// configuration and docs/scenarios.md are made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// Where a setting's value is stored; the type of the pointer is the type of the setting.
using SettingSlot =
    std::variant<std::uint64_t*, std::string*, InputFile*, Strategy*, SyncMode*, EngineChoice*,
                 CachePresence*, Predictor*, WaveTrigger*, WaveChoice*>;

/// The values a setting takes and how they are written.
enum class SettingKind : std::uint8_t {
  integer,  ///< TOML integer within [min, max]
  bytes,    ///< integer, or a string with a binary unit: "16MiB"
  text,     ///< any string that is not empty
  word,     ///< see is_word()
  choice,   ///< one of the names in `choices`
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

/// A value as given: its position for messages, and the folder that relative file names refer to.
struct SettingSource {
  std::string where;
  std::filesystem::path folder;
};

/// Stores `text` as the value of `setting`. Throws ConfigurationError if it is not a legal value.
template <class Owner>
void store_setting(const Setting<Owner>& setting, Owner& owner, const std::string& text,
                   const SettingSource& source);

/// The value as text that `store_setting` reads back.
template <class Owner>
std::string setting_text(const Setting<Owner>& setting, const Owner& owner);

/// What would be right: "an integer from 1 to 10", "one of native, trap".
template <class Owner>
std::string expectation(const Setting<Owner>& setting);

/// Whether the text is a valid name: at most 64 letters, digits, '-' and '_', which may also be
/// part of a file name.
bool is_word(std::string_view text);

/// Stores the default values.
void apply_defaults(Scenario& scenario);
void apply_defaults(ScenarioVm& vm);

/// The scenario as TOML with every setting written out.
std::string resolved_toml(const Scenario& scenario);

/// docs/scenarios.md.
std::string settings_document();

/// The folder of "@firmware/", "@linux/" and the shipped scenarios, derived from the path of the
/// executable (BUILD/bin).
std::filesystem::path firmware_folder();
std::filesystem::path linux_folder();
std::filesystem::path scenario_folder();

}  // namespace cyclevisor
