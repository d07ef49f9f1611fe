// A pipeline with the reference memory and a few instructions in it, for tests that ask in which
// cycle something happens.
#pragma once

#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/engines/stepped/pipeline.hpp"
#include "platform/reference/reference_machine.hpp"
#include "platform/reference/reference_platform.hpp"
#include "tests/support/code_of.hpp"
#include "tests/support/pipeline_events.hpp"

namespace cyclevisor::test {

class PipelineBench {
 public:
  static constexpr std::uint64_t start = ReferencePlatform::ram_base;

  explicit PipelineBench(const PipelineSettings& settings = {},
                         const HartConfig& hart = reference_hart())
      : core_(hart, platform_, platform_),
        observer_(core_, [this](const PipelineEvent& event) { events_.push_back(event); }),
        state_(settings, core_),
        pipeline_(settings, state_, core_, platform_, platform_, observer_) {
    core_.reset(start, 0, 0);
    pipeline_.reset(Cycle());
  }

  Core& core() { return core_; }
  ReferencePlatform& platform() { return platform_; }

  template <class T>
  void store(std::uint64_t address, T value) {
    std::memcpy(&platform_.ram().at(address - start), &value, sizeof value);
  }
  /// Places 32-bit instructions one behind the other.
  void place(std::uint64_t address, std::initializer_list<std::uint32_t> instructions) {
    for (std::uint32_t instruction : instructions) {
      store(address, instruction);
      address += 4;
    }
  }

  Pipeline& pipeline() { return pipeline_; }

  void run(std::uint64_t cycles) {
    for (std::uint64_t i = 0; i < cycles; ++i) {
      core_.csrs.state.interrupt_lines = platform_.lines(pipeline_.now());
      pipeline_.step();
    }
  }

  const std::vector<PipelineEvent>& events() const { return events_; }
  /// The first event at a pc.
  const PipelineEvent& event_at(std::uint64_t pc) const {
    for (const PipelineEvent& event : events_) {
      if (event.pc == pc) return event;
    }
    throw std::runtime_error("nothing happened at pc " + std::to_string(pc));
  }
  std::uint64_t cycle_of(std::uint64_t pc) const { return event_at(pc).cycle.value; }
  /// Cycles from the commit of the n-th instruction in the first line to that of the next.
  std::uint64_t gap_behind(unsigned n) const {
    return cycle_of(start + 4 * n + 4) - cycle_of(start + 4 * n);
  }

 private:
  ReferencePlatform platform_;
  std::vector<PipelineEvent> events_;
  Core core_;
  PipelineEvents observer_;
  TimingState state_;
  Pipeline pipeline_;
};

inline std::uint32_t nop() { return 0x13; }

/// In the order of loads, jumps, Zicsr: rd, rs1, immediate; rs2 of what has it.
inline std::uint32_t make(Operation operation, unsigned rd, unsigned rs1,
                          std::int64_t immediate = 0, unsigned rs2 = 0) {
  return code_of(operation, rd, rs1, rs2, immediate);
}

/// Puts the bench into S-mode with a root table at `root`, everything permitted by PMP. What traps
/// loops at `handler`.
inline void enter_sv39(PipelineBench& bench, std::uint64_t root, std::uint64_t handler) {
  Core& core = bench.core();
  core.csrs.state.mtvec = handler;
  core.csrs.pmp.write_address(0, ~std::uint64_t{0});
  core.csrs.pmp.write_config(0, 0x1f);
  core.csrs.state.satp = std::uint64_t{8} << 60 | root >> 12;
  core.set_mode(PrivilegeMode::supervisor);
  bench.place(handler, {make(Operation::jal, 0, 0, 0)});
}

}  // namespace cyclevisor::test
