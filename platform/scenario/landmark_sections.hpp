// The [[landmark]], [[interval]] and [bounds] sections of a scenario (docs/landmarks.md).
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/observe/guest/observed.hpp"

namespace cyclevisor {

/// A place in a program, as it was written; boot/landmarks.hpp finds it.
struct LandmarkSection {
  std::string where;  ///< file:line:column of the section, for messages
  std::string name;
  std::string vm;  ///< or "hypervisor"
  std::string vm_where;
  std::string at;  ///< symbol, symbol+offset, address, or FILE:LINE
  std::string at_where;
  std::string when;  ///< a condition on a register; empty: always
  std::string when_where;
};

/// The time from one landmark to another.
struct IntervalSection {
  std::string where;
  std::string name;
  std::string from;
  std::string from_where;
  std::string to;
  std::string to_where;
  std::optional<std::uint64_t> max;  ///< in cycles; a longer one is a violation
};

/// `node` is the value of the key in the scenario `file`. Throw ConfigurationError with line and
/// column for anything that is missing, unknown or of the wrong type.
std::vector<LandmarkSection> read_landmark_sections(const toml::node& node,
                                                    const std::filesystem::path& file);
std::vector<IntervalSection> read_interval_sections(const toml::node& node,
                                                    const std::filesystem::path& file);

/// [bounds]: the latency bounds of each VM, with where they were given. The same errors.
struct BoundsSection {
  std::string where;
  std::string vm;
  LatencyBounds bounds;
};
std::vector<BoundsSection> read_bounds_sections(const toml::node& node,
                                                const std::filesystem::path& file);

/// The sections as text for config.resolved.toml.
std::string landmark_sections_toml(const std::vector<LandmarkSection>& landmarks,
                                   const std::vector<IntervalSection>& intervals);

}  // namespace cyclevisor
