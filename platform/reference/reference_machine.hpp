// The reference platform with a program in it, run on the stepped pipeline until it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/engines/blocks/fast_path.hpp"
#include "models/hart/config.hpp"
#include "models/engines/stepped/pipeline.hpp"
#include "platform/scenario/engine_choice.hpp"
#include "platform/reference/pipeline_event.hpp"
#include "platform/reference/reference_platform.hpp"
#include "platform/reference/timing_trace.hpp"

namespace cyclevisor {

/// The reference core's architecture, as far as the hart has it.
HartConfig reference_hart();

class ReferenceMachine {
 public:
  /// How a run ended.
  enum class End : std::uint8_t {
    tohost,       ///< something other than 0 was stored to `tohost`
    cycle_limit,  ///< the limit was reached
    trap_loop,    ///< an exception in M-mode at the very instruction that handles it
    deadlock,     ///< in wfi, and nothing will ever wake it
  };

  /// `tohost` is the physical address of 8 aligned bytes in RAM. `trace` is told everything; it may
  /// be null and must outlive the machine.
  ReferenceMachine(const PipelineSettings& settings, EngineChoice engine, std::uint64_t tohost,
                   TimingTrace* trace);

  /// RAM from ReferencePlatform::ram_base on: the program is put there before the run.
  std::vector<std::byte>& ram() { return platform_.ram(); }

  /// Runs from reset, once. `limit` is the first cycle that is not simulated.
  End run(Cycle limit);

  /// Length of the run.
  Cycle cycles() const { return pipeline_.now(); }
  /// Retired instructions.
  std::uint64_t instructions() const { return instructions_; }
  /// The value at `tohost`.
  std::uint64_t tohost() const;
  /// What happened last to an instruction.
  const PipelineEvent& last_event() const { return last_event_; }

 private:
  void on_event(const PipelineEvent& event);
  /// Nothing has happened for longer than anything but wfi takes, and no interrupt can come.
  bool is_stuck();

  ReferencePlatform platform_;
  std::uint64_t tohost_;  ///< offset in RAM
  TimingTrace* trace_;
  PipelineSettings settings_;
  Core core_;
  PipelineEvents events_;
  Pipeline pipeline_;
  std::optional<FastPath> fast_;  ///< with the fast engine
  PipelineEvent last_event_;
  std::uint64_t instructions_ = 0;
  bool trap_loop_ = false;
};

}  // namespace cyclevisor
