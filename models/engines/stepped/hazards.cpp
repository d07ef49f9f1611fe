#include "models/engines/stepped/hazards.hpp"

namespace cyclevisor {
namespace {

bool writeback_holds(const PipelineCauses& causes) {
  return (causes.fetch_stalls && !causes.flushes_decode()) ||
         (causes.memory_stalls && !causes.flushes_writeback());
}

}  // namespace

bool result_is_late(InstructionClass instruction_class) {
  switch (instruction_class) {
    case InstructionClass::load:
    case InstructionClass::load_reserved:
    case InstructionClass::store_conditional:
    case InstructionClass::amo:
    case InstructionClass::csr:
    case InstructionClass::multiply:
    case InstructionClass::divide:
      return true;
    default:
      return false;
  }
}

bool must_wait(const StageRegister& decode, const StageRegister& execute) {
  if (!execute.valid) return false;
  const Instruction& producer = execute.instruction;
  const std::uint32_t expanded = decode.instruction.expanded;
  const auto field = [expanded](unsigned low) { return (expanded >> low) & 31; };
  const bool match = producer.rd != 0 && (field(15) == producer.rd || field(20) == producer.rd);
  if (match && result_is_late(producer.instruction_class)) return true;
  // One memory port: a read waits until the write is in its last stage.
  return memory_operation(execute).writes && memory_operation(decode).reads;
}

bool memory_stage_holds(const PipelineCauses& causes) {
  return writeback_holds(causes) || (causes.wfi_waits && !causes.flushes_memory());
}

PipelineControl stage_control(const PipelineCauses& causes) {
  const bool flush_e_cause = causes.flushes_memory() || (causes.redirect && !causes.divider_busy);
  PipelineControl control;
  control.stall_w = writeback_holds(causes);
  control.stall_m = memory_stage_holds(causes);
  control.stall_e = control.stall_m || (causes.divider_busy && !flush_e_cause);
  control.stall_d = control.stall_e || (causes.decode_waits && !causes.flushes_decode());
  // A bubble follows the first stage that holds its instruction.
  control.flush_d = causes.flushes_decode();
  control.flush_e = flush_e_cause || (control.stall_d && !control.stall_e);
  control.flush_m = causes.flushes_memory() || (control.stall_e && !control.stall_m);
  control.flush_w = causes.flushes_writeback() || (control.stall_m && !control.stall_w);
  return control;
}

}  // namespace cyclevisor
