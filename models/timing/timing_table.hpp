// The one table of costs in cycles: docs/timing.md and its micro-benchmarks are generated from it.
// The numbers follow from the structures of the pipeline; no engine reads them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/timing/settings.hpp"

namespace cyclevisor {

struct TimingRow {
  /// Where the rule comes from.
  enum class Source : std::uint8_t {
    reference,  ///< the reference core: measured, see tests/timing/rules.md
    ours,       ///< by analogy, for what the reference core does not have
  };

  std::string_view name;  ///< letters, digits, '_'
  /// Cycles beyond the one that each instruction takes.
  std::uint64_t (*cycles)(const PipelineSettings&);
  std::string_view rule;      ///< what takes them
  std::string_view reason;    ///< why so many
  std::string_view settings;  ///< that change them
  Source source;
  std::string_view section;    ///< of the timing rules
  std::string_view benchmark;  ///< of tests/timing/micro
  /// `--set` arguments under which it is measured, separated by spaces.
  std::string_view options;
  /// The same for `cycles`.
  void (*apply)(PipelineSettings&);
};

const std::vector<TimingRow>& timing_table();

/// What the row's micro-benchmark must measure.
std::uint64_t expected_cycles(const TimingRow& row);

}  // namespace cyclevisor
