// The one table of scenario settings: drives reading, defaults, checks, `--set`, the resolved
// configuration and docs/scenarios.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// Where a setting's value is stored; the type of the place is the type of the setting.
using SettingSlot =
    std::variant<std::uint64_t*, std::string*, InputFile*, Strategy*, SyncMode*, EngineChoice*,
                 CachePresence*, Predictor*, WaveTrigger*, WaveChoice*>;

/// What values a setting takes and how they are written.
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

/// A value as found: where it stands (for messages) and, for relative file names, relative to what.
struct SettingSource {
  std::string where;
  std::filesystem::path folder;
};

/// Stores `text` in the place of `setting`; throws ConfigurationError if it is not a legal value.
template <class Owner>
void store_setting(const Setting<Owner>& setting, Owner& owner, const std::string& text,
                   const SettingSource& source);

/// The value as text, as `store_setting` reads it back.
template <class Owner>
std::string setting_text(const Setting<Owner>& setting, const Owner& owner);

/// "an integer from 1 to 10", "one of native, trap": what would be right.
template <class Owner>
std::string expectation(const Setting<Owner>& setting);

/// Whether the text is what a name takes: at most 64 letters, digits, '-' and '_', which also fit
/// into the name of a file.
bool is_word(std::string_view text);

/// Puts the default values in place.
void apply_defaults(Scenario& scenario);
void apply_defaults(ScenarioVm& vm);

/// The scenario with every setting written out, as TOML.
std::string resolved_toml(const Scenario& scenario);

/// docs/scenarios.md.
std::string settings_document();

/// Where "@firmware/", "@linux/" and the scenarios that come with the program are, found from the
/// executable's own place (BUILD/bin).
std::filesystem::path firmware_folder();
std::filesystem::path linux_folder();
std::filesystem::path scenario_folder();

}  // namespace cyclevisor
