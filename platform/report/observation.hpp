// The observers of a run, in the order in which they depend on each other.
#pragma once

#include <utility>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/checks/csr_rules.hpp"
#include "platform/observe/checks/isolation_rules.hpp"
#include "platform/observe/checks/oracle.hpp"
#include "platform/observe/checks/stuck_guests.hpp"
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"
#include "platform/observe/latency/cycle_account.hpp"
#include "platform/observe/latency/latency_ledger.hpp"
#include "platform/observe/latency/trap_statistics.hpp"

namespace cyclevisor {

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
        statistics(observed, watch) {}
  virtual ~LatencyObservation() = default;
  LatencyObservation(const LatencyObservation&) = delete;
  LatencyObservation& operator=(const LatencyObservation&) = delete;

  virtual void attach(EventStream& stream) {
    stream.attach(watch);
    stream.attach(account);
    stream.attach(view);
    stream.attach(ledger);
    stream.attach(statistics);
  }

  /// The run ended in this cycle.
  virtual void finish(Cycle end, RunEnd /*how*/) {
    account.finish(end);
    ledger.finish(end);
  }

  /// The oracle that checked the run; null: none did.
  virtual const Oracle* checked_by() const { return nullptr; }
  /// The guests that make no progress but trap, as far as was looked for them.
  virtual std::vector<StuckGuest> stuck_guests() const { return {}; }
  /// Calls `on_stuck` when another one is found.
  virtual void when_stuck(StuckGuests::Callback /*on_stuck*/) {}

  const ObservedPlatform platform;
  VmWatch watch;
  CycleAccount account;
  GuestView view;
  LatencyLedger ledger;
  TrapStatistics statistics;
};

/// The same, with all checks.
class Observation : public LatencyObservation {
 public:
  explicit Observation(const ObservedPlatform& observed)
      : LatencyObservation(observed),
        oracle(observed, watch, view),
        isolation(observed, watch, view, oracle),
        csr_rules(view, oracle),
        stuck(observed, watch, view) {}

  void attach(EventStream& stream) override {
    LatencyObservation::attach(stream);
    stream.attach(oracle);
    stream.attach(isolation);
    stream.attach(stuck);
  }

  void finish(Cycle end, RunEnd how = RunEnd::stopped) override {
    LatencyObservation::finish(end, how);
    oracle.finish(end, how);
  }

  const Oracle* checked_by() const override { return &oracle; }
  std::vector<StuckGuest> stuck_guests() const override { return stuck.found(); }
  void when_stuck(StuckGuests::Callback on_stuck) override { stuck.notify(std::move(on_stuck)); }

  Oracle oracle;
  IsolationRules isolation;
  CsrRules csr_rules;
  StuckGuests stuck;
};

}  // namespace cyclevisor
