// The cycles between landmarks.
#pragma once

#include <iosfwd>
#include <optional>
#include <vector>

#include "platform/observe/checks/oracle.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/landmarks/landmark_watch.hpp"

namespace cyclevisor {

struct IntervalSample {
  Cycle from;
  Cycle to;
  std::uint64_t cycles() const { return (to - from).value; }
};

/// An interval begins at the last hit of its first landmark before the hit of its second one. With
/// the same landmark twice it is the period between hits.
class IntervalLedger {
 public:
  /// Follows `watch`.
  IntervalLedger(const ObservedPlatform& platform, LandmarkWatch& watch);

  /// Samples beyond an interval's bound become violations of the rule interval-bound. Call before
  /// the first hit.
  void check_with(Oracle& oracle) { oracle_ = &oracle; }

  /// In the order in which they ended.
  const std::vector<IntervalSample>& samples(std::size_t interval) const {
    return samples_[interval];
  }

  /// intervals.json.
  void write_json(std::ostream& out) const;

 private:
  void reached(const LandmarkHit& hit);

  const ObservedPlatform& platform_;
  const LandmarkWatch& watch_;
  Oracle* oracle_ = nullptr;
  std::vector<std::optional<Cycle>> begun_;  ///< as the intervals
  std::vector<std::vector<IntervalSample>> samples_;
};

}  // namespace cyclevisor
