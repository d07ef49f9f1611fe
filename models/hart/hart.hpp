// One RISC-V hart: architectural state, execution and time, without SystemC. It runs ahead up to
// its horizon and accesses its environment through the ports in base/ports.hpp. Its engine
// (engine.hpp) decides what happens in which cycle.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/base/types.hpp"
#include "models/hart/base/config.hpp"
#include "models/hart/base/ports.hpp"
#include "models/hart/engine_factory.hpp"
#include "models/probe/event_stream.hpp"

namespace cyclevisor {

class Hart {
 public:
  /// The references must outlive the hart. Call `reset` before the first `run`.
  Hart(const HartConfig& config, PhysicalBus& bus, TimeSource& time, const EventStream& events,
       const EngineFactory& factory);
  ~Hart();
  Hart(const Hart&) = delete;
  Hart& operator=(const Hart&) = delete;

  /// The reset state of the privileged specification ("Reset"), M-mode, with x10 = a0, x11 = a1
  /// and the other registers 0. The clock does not go back.
  void reset(VirtualAddress pc, std::uint64_t a0, std::uint64_t a1);

  /// The first cycle that has not been simulated; while waiting, the cycle reached in WFI.
  Cycle now() const;

  /// Simulates the cycles before the horizon, each with the interrupt lines as they are set in it.
  using Stop = HartStop;
  Stop run();

  /// The simulation ends in cycle now(): publishes a WFI that is still waiting.
  void finish();

  /// May also be called during a bus call, e.g. when a store changed the timer's deadline.
  void set_horizon(Cycle horizon);

  /// `run` returns after the current instruction, or at once if none is being executed.
  void request_stop();

  /// Level of an interrupt line from now on. `number` is the bit in `mip`: 3 MSIP, 7 MTIP,
  /// 11 MEIP, 9 SEIP; any other throws std::invalid_argument.
  void set_interrupt_line(unsigned number, bool level);

  /// True between Stop::waiting and the `run` in which an interrupt became pending.
  bool waiting() const;

  /// Advances the clock of a waiting hart; the next `run` samples the interrupt lines in that
  /// cycle. Throws std::logic_error when the hart is not waiting or the cycle is before now().
  void idle_until(Cycle cycle);

  /// The first cycle in which a timer comparison inside the hart (Sstc: `stimecmp`, `vstimecmp`)
  /// changes an interrupt; `Cycle::never()` if none will. `run` takes it into account; a caller of
  /// `idle_until` must not go beyond it.
  Cycle next_timer_event() const;

  /// The time source was changed other than by a store of the hart (e.g. a debugger wrote `mtime`):
  /// recomputes next_timer_event.
  void invalidate_time();

  /// Direct regions are no longer valid (TLM-2.0 DMI invalidation).
  void invalidate_direct_memory();

  /// Another agent than the hart (a loader, a debugger) has written main memory: invalidates all
  /// copies of it. To be called after the write.
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
