// Which part of a run `--trace` and `--log-commits` write.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/vm_watch.hpp"
#include "platform/report/run_data.hpp"

namespace cyclevisor {

/// What the user chose: everything by default.
struct LogSelection {
  Cycle first;
  Cycle last = Cycle::never();
  std::string only;  ///< "VM" or "VM:FUNCTION", of a VM or "hypervisor"; empty: all software
};

/// Passes the selected events on to a log.
class LogFilter : public Sink {
 public:
  /// `log` and `run` must outlive the filter. Throws ConfigurationError if `selection.only` names
  /// something that the run does not have; `option` begins its message.
  LogFilter(const LogSelection& selection, const RunDescription& run, Sink& log);

  /// Throws the same.
  static void check(const LogSelection& selection, const RunDescription& run);

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const AddressSpace& event) override;
  void on(const Idle& event) override;
  void on(const InterruptLine& event) override;
  /// The run has reached a landmark; whether its line is wanted.
  bool selects(Cycle cycle) const { return cycle >= first_ && cycle <= last_; }

 private:
  bool selects(Cycle cycle, PrivilegeMode mode, VirtualAddress pc);

  Cycle first_;
  Cycle last_;
  std::optional<unsigned> vm_;  ///< 0: the hypervisor; nothing: all
  std::string function_;        ///< empty: all
  const RunDescription& run_;
  VmWatch watch_;
  SymbolTable::Symbol within_ = {1, 0, ""};  ///< the function that executes, if a function is wanted
  Sink& log_;
};

}  // namespace cyclevisor
