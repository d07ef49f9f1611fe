#include "platform/observe/landmarks/interval_ledger.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "platform/observe/latency/latency_ledger.hpp"

namespace cyclevisor {

IntervalLedger::IntervalLedger(const ObservedPlatform& platform, LandmarkWatch& watch)
    : platform_(platform),
      watch_(watch),
      begun_(platform.intervals.size()),
      samples_(platform.intervals.size()) {
  if (!platform.intervals.empty()) {
    watch.notify([this](const LandmarkHit& hit) { reached(hit); });
  }
}

void IntervalLedger::reached(const LandmarkHit& hit) {
  for (std::size_t i = 0; i < platform_.intervals.size(); ++i) {
    const Interval& interval = platform_.intervals[i];
    std::optional<Cycle>& begun = begun_[i];
    if (interval.to == hit.landmark && begun) {
      const IntervalSample sample{*begun, hit.cycle};
      samples_[i].push_back(sample);
      begun.reset();
      if (oracle_ != nullptr && interval.max && sample.cycles() > *interval.max) {
        oracle_->report({"interval-bound", hit.cycle, platform_.landmarks[interval.to].vm,
                         fmt::format("interval '{}' took {} cycles, from cycle {}: the bound is {}",
                                     interval.name, sample.cycles(), sample.from.value,
                                     *interval.max)});
      }
    }
    if (interval.from == hit.landmark) begun = hit.cycle;
  }
}

void IntervalLedger::write_json(std::ostream& out) const {
  using Json = nlohmann::ordered_json;
  Json json;
  json["landmarks"] = Json::array();
  for (std::size_t i = 0; i < platform_.landmarks.size(); ++i) {
    const Landmark& landmark = platform_.landmarks[i];
    const ObservedVm* vm = platform_.find(landmark.vm);
    json["landmarks"].push_back({{"name", landmark.name},
                                 {"vm", vm == nullptr ? "hypervisor" : vm->name},
                                 {"address", landmark.at.value},
                                 {"hits", watch_.hits()[i]}});
  }
  json["intervals"] = Json::array();
  for (std::size_t i = 0; i < platform_.intervals.size(); ++i) {
    const Interval& interval = platform_.intervals[i];
    std::vector<std::uint64_t> cycles;
    Json samples = Json::array();
    for (const IntervalSample& sample : samples_[i]) {
      cycles.push_back(sample.cycles());
      samples.push_back({sample.from.value, sample.to.value});
    }
    const Distribution d = distribution(cycles);
    Json entry = {{"name", interval.name},
                  {"from", platform_.landmarks[interval.from].name},
                  {"to", platform_.landmarks[interval.to].name},
                  {"count", d.count}};
    if (interval.max) entry["bound"] = *interval.max;
    if (d.count != 0) {
      entry["min"] = d.min;
      entry["median"] = d.median;
      entry["p99"] = d.p99;
      entry["p999"] = d.p999;
      entry["max"] = d.max;
    }
    entry["samples"] = std::move(samples);
    json["intervals"].push_back(std::move(entry));
  }
  out << json.dump(1) << "\n";
}

}  // namespace cyclevisor
