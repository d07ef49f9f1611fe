// The observers of a run, put together in the order in which they depend on each other.
#pragma once

#include "models/probe/event_stream.hpp"
#include "platform/observe/cycle_account.hpp"
#include "platform/observe/guest_view.hpp"
#include "platform/observe/isolation_rules.hpp"
#include "platform/observe/latency_ledger.hpp"
#include "platform/observe/observed.hpp"
#include "platform/observe/oracle.hpp"
#include "platform/observe/trap_statistics.hpp"
#include "platform/observe/vm_watch.hpp"

namespace cyclevisor {

/// Attach once, run, call finish() once, then read the members. Must outlive the stream's last
/// event.
class Observation {
 public:
  explicit Observation(const ObservedPlatform& observed)
      : platform(observed),
        watch(observed),
        account(observed, watch),
        view(observed, watch),
        ledger(observed, account, view),
        statistics(observed, watch),
        oracle(observed, watch, view),
        isolation(observed, watch, view, oracle) {}
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;

  void attach(EventStream& stream) {
    stream.attach(watch);
    stream.attach(account);
    stream.attach(view);
    stream.attach(ledger);
    stream.attach(statistics);
    stream.attach(oracle);
    stream.attach(isolation);
  }

  /// The run ended in this cycle.
  void finish(Cycle end, RunEnd how = RunEnd::stopped) {
    account.finish(end);
    ledger.finish(end);
    oracle.finish(end, how);
  }

  const ObservedPlatform platform;
  VmWatch watch;
  CycleAccount account;
  GuestView view;
  LatencyLedger ledger;
  TrapStatistics statistics;
  Oracle oracle;
  IsolationRules isolation;
};

}  // namespace cyclevisor
