// Coverage of hypervisor and guests, counted from the instructions that the hart retires: neither
// contains any code for it, and counting changes no cycle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/coverage/code_map.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

/// One program of a run, and how often each of its instructions retired.
class CoveredProgram {
 public:
  /// @param name of the VM, or "hypervisor"
  CoveredProgram(std::string name, CodeMap map);

  const std::string& name() const { return name_; }
  const CodeMap& map() const { return map_; }

  /// The instruction at `pc` retired.
  void count(std::uint64_t pc) {
    const std::uint64_t slot = (pc - first_) / 2;
    if (slot < retired_.size()) ++retired_[slot];
  }
  std::uint64_t retired(std::uint64_t pc) const {
    const std::uint64_t slot = (pc - first_) / 2;
    return slot < retired_.size() ? retired_[slot] : 0;
  }

  /// `find_branch` of an address without a branch.
  static constexpr std::uint32_t no_branch = 0;
  /// The branch at `pc`: its number in map().branches plus one.
  std::uint32_t find_branch(std::uint64_t pc) const {
    const std::uint64_t slot = (pc - first_) / 2;
    return slot < branch_at_.size() ? branch_at_[slot] : no_branch;
  }

  /// How often a branch went which way; as map().branches.
  struct Outcomes {
    std::uint64_t taken = 0;
    std::uint64_t not_taken = 0;
  };
  const std::vector<Outcomes>& outcomes() const { return outcomes_; }
  /// After the branch with this number plus one, the hart went on at `pc`.
  void count_outcome(std::uint32_t branch, std::uint64_t pc);

 private:
  std::string name_;
  CodeMap map_;
  std::uint64_t first_;
  // One slot for each halfword of code: instructions are at even addresses.
  std::vector<std::uint64_t> retired_;
  std::vector<std::uint32_t> branch_at_;
  std::vector<Outcomes> outcomes_;
};

/// Counts for every program of the platform. A retired instruction belongs to the program whose
/// address space the hart was in: guests and hypervisor are linked at the same addresses.
class Coverage : public Sink {
 public:
  /// `programs`: [0] what runs in M-mode, [n] VM number n; natively [0] is all. `watch` must be
  /// attached to the stream before this.
  Coverage(const ObservedPlatform& platform, const VmWatch& watch,
           std::vector<CoveredProgram> programs);

  void on(const Retire& event) override;
  void on(const Trap& event) override;

  const std::vector<CoveredProgram>& programs() const { return programs_; }

 private:
  /// The hart continues at `pc`, which gives the outcome of the last instruction if it was a
  /// branch. A trap comes between two instructions and holds the address of the second one.
  void continue_at(std::uint64_t pc);

  const VmWatch& watch_;
  bool one_program_;  ///< programs_[0] is all that runs
  std::vector<CoveredProgram> programs_;
  CoveredProgram* branched_ = nullptr;
  std::uint32_t branch_ = CoveredProgram::no_branch;
};

}  // namespace cyclevisor
