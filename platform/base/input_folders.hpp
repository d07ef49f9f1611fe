// Where the programs and scenarios that come with the build are.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace cyclevisor {

/// The folder of "@firmware/", "@linux/" and the shipped scenarios, derived from the path of the
/// executable (BUILD/bin).
std::filesystem::path firmware_folder();
std::filesystem::path linux_folder();
std::filesystem::path scenario_folder();

inline constexpr std::string_view firmware_prefix = "@firmware/";
inline constexpr std::string_view linux_prefix = "@linux/";

/// The path of the file that a setting names: one of the build's after a prefix, otherwise relative
/// to `folder`.
std::filesystem::path locate_input(const std::string& given, const std::filesystem::path& folder);

}  // namespace cyclevisor
