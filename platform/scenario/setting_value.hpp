// The value of a setting: read from text, checked against its row, and written as text again.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "platform/scenario/settings.hpp"

namespace cyclevisor {

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

}  // namespace cyclevisor
