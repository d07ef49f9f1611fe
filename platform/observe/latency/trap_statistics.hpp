// How often each VM traps and why.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

/// The name of an `mcause` value as the privileged specification gives it, in lower case:
/// "illegal instruction", "machine timer interrupt".
std::string cause_name(std::uint64_t mcause);

class TrapStatistics : public Sink {
 public:
  struct Vm {
    unsigned number = 0;
    std::map<std::uint64_t, std::uint64_t> traps;  ///< mcause -> count
    std::uint64_t world_switches = 0;              ///< entries of this VM after another one
    std::uint64_t trap_count() const;
  };

  /// `watch` must be attached to the stream before the statistics.
  TrapStatistics(const ObservedPlatform& platform, const VmWatch& watch);

  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  Retirements wants() const override { return Retirements::none; }

  const std::vector<Vm>& vms() const { return vms_; }
  const Vm* find(unsigned number) const;
  std::uint64_t world_switches() const;

 private:
  Vm* vm(unsigned number);

  ObservedPlatform platform_;
  const VmWatch& watch_;
  std::vector<Vm> vms_;
  unsigned entered_ = 0;  ///< VM entered last
};

}  // namespace cyclevisor
