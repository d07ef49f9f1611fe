// A hart on the reference platform that runs one program until it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/hart/base/config.hpp"
#include "models/hart/hart.hpp"
#include "models/probe/event_stream.hpp"
#include "platform/reference/pipeline_event.hpp"
#include "platform/reference/reference_platform.hpp"
#include "platform/reference/timing_trace.hpp"

namespace cyclevisor {

/// The reference core's architecture, as far as the hart has it.
HartConfig reference_hart();

class ReferenceMachine : private Sink {
 public:
  /// How a run ended.
  enum class End : std::uint8_t {
    tohost,       ///< something other than 0 was stored to `tohost`
    cycle_limit,  ///< the limit was reached
    trap_loop,    ///< an exception in M-mode at the very instruction that handles it
    deadlock,     ///< in wfi, and nothing will ever wake the hart
  };

  /// Makes an engine factory for a memory map, which outlives the engine.
  using MakeEngine = std::function<EngineFactory(const MemoryMap&)>;

  /// `tohost` is the physical address of 8 aligned bytes in RAM. `trace` receives every row; it may
  /// be null and must outlive the machine.
  ReferenceMachine(const MakeEngine& engine, std::uint64_t tohost, TimingTrace* trace);

  /// RAM from ReferencePlatform::ram_base on: the caller puts the program there before the run.
  std::vector<std::byte>& ram() { return platform_.ram(); }

  /// Runs from reset, once. `limit` is the first cycle that is not simulated.
  End run(Cycle limit);

  /// Length of the run.
  Cycle cycles() const { return hart_.now(); }
  /// Retired instructions.
  std::uint64_t instructions() const { return instructions_; }
  /// The value at `tohost`.
  std::uint64_t tohost() const { return platform_.tohost(); }
  /// The last event of an instruction.
  const PipelineEvent& last_event() const { return last_event_; }

 private:
  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on_event(const PipelineEvent& event);
  void set_lines(std::uint64_t lines);
  /// Moves a hart that waits in wfi to the next cycle, before `limit`, in which a line or
  /// comparator may change; false if none will.
  bool idle(Cycle limit);

  ReferencePlatform platform_;
  TimingTrace* trace_;
  EventStream events_;
  Hart hart_;
  PipelineEvent last_event_;
  std::uint64_t instructions_ = 0;
  bool trap_loop_ = false;
};

}  // namespace cyclevisor
