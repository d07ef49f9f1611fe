// Which pipeline registers move, hold or become bubbles in a cycle: hazards between neighbours in
// decode, and the stage control that combines all stalls and flushes (timing rules, sections 1 and
// 2).
#pragma once

#include "models/timing/stage_registers.hpp"

namespace cyclevisor {

/// Whether an instruction's result is available only after the memory stage.
bool result_is_late(InstructionClass instruction_class);

/// Whether the instruction in decode has to wait for the one in execute: its result comes too late,
/// or a load follows a store. The two register fields are compared as they stand in the 32-bit
/// form, whether or not the instruction has registers there.
bool must_wait(const StageRegister& decode, const StageRegister& execute);

/// The events of a cycle in the stages.
struct PipelineCauses {
  bool trap = false;             ///< M: exception or interrupt
  bool trap_return = false;      ///< M: mret, sret
  bool refetch = false;          ///< M: CSR write, fence
  bool redirect = false;         ///< E: the fetched path is wrong
  bool decode_waits = false;     ///< D: see must_wait
  bool divider_busy = false;     ///< E
  bool fetch_stalls = false;     ///< F: cache, bus, second half
  bool memory_stalls = false;    ///< M: cache, bus, page-table walk
  bool wfi_waits = false;        ///< M: wfi with nothing pending
  bool wfi_interrupted = false;  ///< M: wfi with something pending: it retires even when trapped

  bool flushes_memory() const { return trap || trap_return || refetch; }
  bool flushes_decode() const { return flushes_memory() || redirect; }
  bool flushes_writeback() const { return trap && !wfi_interrupted; }
};

/// A register that is not stalled takes what the stage before hands on, or a bubble when flushed. A
/// stalled register keeps its contents. F is stalled together with D and never flushed.
struct PipelineControl {
  bool stall_d = false, stall_e = false, stall_m = false, stall_w = false;
  bool flush_d = false, flush_e = false, flush_m = false, flush_w = false;
};

/// Whether M cannot hand its instruction on; does not depend on `divider_busy` and `decode_waits`.
bool memory_stage_holds(const PipelineCauses& causes);

PipelineControl stage_control(const PipelineCauses& causes);

}  // namespace cyclevisor
