// One RISC-V hart: architectural state, execution and time, without SystemC. It runs ahead by
// itself up to its horizon; everything outside is reached through the ports in ports.hpp. Which
// cycle is whose is the business of its engine (engine.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/base/types.hpp"
#include "models/hart/config.hpp"
#include "models/hart/engine_factory.hpp"
#include "models/hart/ports.hpp"
#include "models/probe/event_stream.hpp"

namespace cyclevisor {

class Hart {
 public:
  /// The references must outlive the hart. `reset` comes before the first `run`.
  Hart(const HartConfig& config, PhysicalBus& bus, TimeSource& time, const EventStream& events,
       const EngineFactory& factory);
  ~Hart();
  Hart(const Hart&) = delete;
  Hart& operator=(const Hart&) = delete;

  /// The reset state of the privileged specification ("Reset"), M-mode, with x10 = a0, x11 = a1
  /// and the other registers 0. The clock does not go back.
  void reset(VirtualAddress pc, std::uint64_t a0, std::uint64_t a1);

  /// The first cycle that has not been worked out; while waiting, the cycle reached in WFI.
  Cycle now() const;

  /// Works out cycles before the horizon, each with the interrupt lines as they are set when its
  /// time has come.
  using Stop = HartStop;
  Stop run();

  /// The run ends in cycle now(): publishes a WFI that still lasts.
  void finish();

  /// May also be called from inside a bus call, e.g. when a store changed the timer's deadline.
  void set_horizon(Cycle horizon);

  /// `run` returns after the current instruction, or at once if none is being executed.
  void request_stop();

  /// Level of an interrupt line from now on. `number` is the bit in `mip`: 3 MSIP, 7 MTIP,
  /// 11 MEIP, 9 SEIP; any other throws std::invalid_argument.
  void set_interrupt_line(unsigned number, bool level);

  /// True between Stop::waiting and the `run` in which an interrupt became pending.
  bool waiting() const;

  /// Moves the clock of a waiting hart on; the next `run` looks at the lines in that cycle.
  /// Throws std::logic_error when the hart does not wait or the cycle lies before now().
  void idle_until(Cycle cycle);

  /// The first cycle in which a timer comparison inside the hart (Sstc: `stimecmp`, `vstimecmp`)
  /// changes an interrupt; `Cycle::never()` if none will. `run` minds it by itself; whoever calls
  /// `idle_until` must not go beyond it.
  Cycle next_timer_event() const;

  /// The time source was changed from outside the hart's own stores (e.g. `mtime` was written by
  /// a debugger): recompute next_timer_event.
  void invalidate_time();

  /// Direct regions are no longer valid (TLM-2.0 DMI invalidation).
  void invalidate_direct_memory();

  /// Somebody other than the hart has written main memory (a loader, a debugger): whatever keeps
  /// copies of it learns of it. To be called after the write.
  void memory_written(PhysicalAddress first, std::uint64_t bytes);

  // Debug access. Takes no time and has no side effects beyond the value asked for.
  std::uint64_t x(unsigned number) const;
  void set_x(unsigned number, std::uint64_t value);
  VirtualAddress pc() const;
  void set_pc(VirtualAddress pc);
  PrivilegeMode mode() const;
  /// Value of a CSR as M-mode would read it; nothing if it does not exist in this configuration.
  std::optional<std::uint64_t> csr(std::uint16_t number) const;
  /// Writes as M-mode would; false if the CSR does not exist or is read-only.
  bool set_csr(std::uint16_t number, std::uint64_t value);
  std::uint64_t instructions_retired() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace cyclevisor
