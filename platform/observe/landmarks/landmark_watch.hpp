// Notices when the hart reaches a landmark.
#pragma once

#include <bitset>
#include <functional>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

/// A landmark is reached when the instruction at its address retires or raises an exception: a
/// guest's sensitive instruction traps and is emulated. If the instruction is then tried again, that
/// is the same time.
class LandmarkWatch : public Sink {
 public:
  using Callback = std::function<void(const LandmarkHit&)>;

  /// `watch` must be attached to the stream before it.
  LandmarkWatch(const ObservedPlatform& platform, const VmWatch& watch);

  /// Called at each hit, in the order of the calls of this function.
  void notify(Callback callback) { callbacks_.push_back(std::move(callback)); }

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on_plain(RetireSpan events) override;
  Retirements wants() const override {
    return landmarks_.empty() ? Retirements::none : Retirements::all;
  }

  /// How often each landmark was reached.
  const std::vector<std::uint64_t>& hits() const { return hits_; }

 private:
  static std::size_t slot(VirtualAddress pc) { return (pc.value >> 1) % 1024; }
  void passes(VirtualAddress pc, unsigned vm, Cycle cycle, bool excepted);
  unsigned vm_in(PrivilegeMode mode) const {
    return arrangement_.is_guest(mode) ? watch_.current() : 0;
  }
  void write_back(const Retire& event) {
    if (event.rd != 0) x_[event.rd] = event.rd_value;
  }

  const Arrangement arrangement_;
  const VmWatch& watch_;
  const std::vector<Landmark> landmarks_;
  std::bitset<1024> addresses_;  ///< a landmark may be there
  std::vector<std::uint64_t> hits_;
  std::vector<bool> excepted_;  ///< the last instruction of its software was there, and raised an exception
  IntegerRegisters x_{};
  std::vector<Callback> callbacks_;
};

}  // namespace cyclevisor
