// Guests under a hypervisor whose VMs have no S-mode, and that use it all the same: the
// illegal-instruction exception that they get is right, but says little to who brought a kernel for
// S-mode.
#pragma once

#include <map>
#include <string>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

class MissingModes : public Sink {
 public:
  /// `watch` must be attached to the stream before.
  MissingModes(const ObservedPlatform& platform, const VmWatch& watch)
      : arrangement_(platform.arrangement), watch_(watch) {}

  void on(const Trap& event) override;
  Retirements wants() const override { return Retirements::none; }

  /// By VM number: a sentence on the first such instruction.
  const std::map<unsigned, std::string>& found() const { return found_; }

 private:
  const Arrangement arrangement_;
  const VmWatch& watch_;
  std::map<unsigned, std::string> found_;
};

}  // namespace cyclevisor
