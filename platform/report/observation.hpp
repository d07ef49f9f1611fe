// The observers of a run, in the order in which they depend on each other.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/checks/csr_rules.hpp"
#include "platform/observe/checks/isolation_rules.hpp"
#include "platform/observe/checks/latency_bounds.hpp"
#include "platform/observe/checks/missing_modes.hpp"
#include "platform/observe/checks/oracle.hpp"
#include "platform/observe/checks/stuck_guests.hpp"
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"
#include "platform/observe/landmarks/interval_ledger.hpp"
#include "platform/observe/landmarks/landmark_watch.hpp"
#include "platform/observe/latency/cycle_account.hpp"
#include "platform/observe/latency/latency_ledger.hpp"
#include "platform/observe/latency/trap_statistics.hpp"

namespace cyclevisor {

/// A sentence about the guest of a VM.
struct GuestNote {
  unsigned vm = 0;
  std::string text;
};

/// The input of the table and the latency report. Attach once, run, call finish() once, then
/// read the members. Must outlive the stream's last event.
class LatencyObservation {
 public:
  explicit LatencyObservation(const ObservedPlatform& observed)
      : platform(observed),
        watch(observed),
        account(observed, watch),
        view(observed, watch),
        ledger(observed, account, view),
        statistics(observed, watch),
        landmarks(observed, watch),
        intervals(platform, landmarks) {}
  virtual ~LatencyObservation() = default;
  LatencyObservation(const LatencyObservation&) = delete;
  LatencyObservation& operator=(const LatencyObservation&) = delete;

  virtual void attach(EventStream& stream) {
    stream.attach(watch);
    stream.attach(account);
    stream.attach(view);
    stream.attach(ledger);
    stream.attach(statistics);
    if (!platform.landmarks.empty()) stream.attach(landmarks);
  }

  /// The run ended in this cycle.
  virtual void finish(Cycle end, RunEnd /*how*/) {
    account.finish(end);
    ledger.finish(end);
  }

  /// The oracle that checked the run; null: none did.
  virtual const Oracle* checked_by() const { return nullptr; }
  /// What the user should know of guests although it breaks no rule.
  virtual std::vector<GuestNote> notes() const { return {}; }
  /// Calls `on_stuck` when another one is found.
  virtual void when_stuck(StuckGuests::Callback /*on_stuck*/) {}

  const ObservedPlatform platform;
  VmWatch watch;
  CycleAccount account;
  GuestView view;
  LatencyLedger ledger;
  TrapStatistics statistics;
  LandmarkWatch landmarks;
  IntervalLedger intervals;
};

/// The same, with all checks.
class Observation : public LatencyObservation {
 public:
  explicit Observation(const ObservedPlatform& observed)
      : LatencyObservation(observed),
        oracle(observed, watch, view),
        isolation(observed, watch, view, oracle),
        csr_rules(view, oracle),
        stuck(observed, watch, view),
        missing_modes(observed, watch) {
    intervals.check_with(oracle);
  }

  void attach(EventStream& stream) override {
    LatencyObservation::attach(stream);
    stream.attach(oracle);
    stream.attach(isolation);
    stream.attach(stuck);
    stream.attach(missing_modes);
  }

  void finish(Cycle end, RunEnd how = RunEnd::stopped) override {
    LatencyObservation::finish(end, how);
    oracle.finish(end, how);
    check_latency_bounds(platform, ledger, end, oracle);
  }

  const Oracle* checked_by() const override { return &oracle; }
  std::vector<GuestNote> notes() const override {
    std::vector<GuestNote> notes;
    for (const auto& [vm, text] : missing_modes.found()) notes.push_back({vm, text});
    for (const StuckGuest& guest : stuck.found()) notes.push_back({guest.vm, text_of(guest)});
    return notes;
  }
  void when_stuck(StuckGuests::Callback on_stuck) override { stuck.notify(std::move(on_stuck)); }

  Oracle oracle;
  IsolationRules isolation;
  CsrRules csr_rules;
  StuckGuests stuck;
  MissingModes missing_modes;
};

}  // namespace cyclevisor
