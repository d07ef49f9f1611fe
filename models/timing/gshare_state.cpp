#include "models/timing/gshare_state.hpp"

namespace cyclevisor {

ControlKind control_kind(const StageRegister& stage) {
  ControlKind kind;
  if (!stage.valid || !stage.legal) return kind;
  const Instruction& instruction = stage.instruction;
  kind.branch = instruction.instruction_class == InstructionClass::branch;
  kind.jump = instruction.instruction_class == InstructionClass::jump;
  const auto is_link_register = [](std::uint32_t field) { return (field & 0x1b) == 1; };
  kind.call = kind.jump && is_link_register((instruction.expanded >> 7) & 31);
  kind.is_return = kind.jump && is_link_register((instruction.expanded >> 15) & 31);
  return kind;
}

GshareState::GshareState(const PipelineSettings& settings)
    : index_bits(static_cast<unsigned>(settings.predictor_index_bits)),
      table_size(1u << index_bits),
      counters(table_size, 0),
      targets(table_size),
      stack(settings.return_stack_entries, 0) {}

}  // namespace cyclevisor
