#include "models/engines/stepped/gshare_predictor.hpp"

namespace cyclevisor {

ControlKind control_kind(const StageLatch& latch) {
  ControlKind kind;
  if (!latch.valid || !latch.legal) return kind;
  const Instruction& instruction = latch.instruction;
  kind.branch = instruction.instruction_class == InstructionClass::branch;
  kind.jump = instruction.instruction_class == InstructionClass::jump;
  const auto is_link_register = [](std::uint32_t field) { return (field & 0x1b) == 1; };
  kind.call = kind.jump && is_link_register((instruction.expanded >> 7) & 31);
  kind.is_return = kind.jump && is_link_register((instruction.expanded >> 15) & 31);
  return kind;
}

GsharePredictor::GsharePredictor(const PipelineSettings& settings)
    : index_bits_(static_cast<unsigned>(settings.predictor_index_bits)),
      table_size_(1u << index_bits_),
      counters_(table_size_, 0),
      targets_(table_size_),
      stack_(settings.return_stack_entries, 0) {}

GsharePredictor::Target GsharePredictor::target_of(const Stages& stages) const {
  const unsigned index = index_of(stages.fetch_pc);
  if (index == index_of(stages.decode.pc)) return {stages.decode.kind, decode_.target};
  if (index == index_of(stages.execute.pc)) return {stages.execute.kind, stages.target};
  if (index == index_of(stages.memory.pc)) return {stages.memory.kind, memory_.target};
  if (index == writeback_target_index_) return {writeback_kind_, writeback_.target};
  return targets_[target_index_];
}

unsigned GsharePredictor::counter_of(const Stages& stages) const {
  const PipelineControl& control = stages.control;
  const unsigned index = history_f_ ^ index_of(stages.fetch_pc);
  if (stages.decode.kind.branch && !control.flush_e &&
      index == (history_d_ ^ index_of(stages.decode.pc))) {
    return decode_.counter >= 2 ? 3 : 0;
  }
  if (stages.execute.kind.branch && !control.flush_m &&
      index == (history_e_ ^ index_of(stages.execute.pc))) {
    return updated(execute_.counter, stages.taken);
  }
  if (stages.memory.kind.branch && !control.flush_w &&
      index == (history_ ^ index_of(stages.memory.pc))) {
    return memory_.counter;
  }
  if (writeback_kind_.branch && !control.flush_w && index == writeback_index_) {
    return writeback_.counter;
  }
  return counters_[counter_index_];
}

GsharePredictor::Prediction GsharePredictor::predict(const Stages& stages) {
  history_e_ = stages.memory.kind.branch ? shifted(history_, memory_.taken) : history_;
  history_d_ = stages.execute.kind.branch ? shifted(history_e_, stages.taken) : history_e_;
  history_f_ = stages.decode.kind.branch ? shifted(history_d_, decode_.counter >= 2) : history_d_;
  found_ = target_of(stages);
  counter_ = counter_of(stages);
  Prediction prediction;
  prediction.taken = found_.kind.jump || (found_.kind.branch && counter_ >= 2);
  prediction.target = found_.kind.is_return ? stack_[top_] : found_.address;
  return prediction;
}

void GsharePredictor::clock_stack(const Stages& stages) {
  const PipelineControl& control = stages.control;
  const bool pops = found_.kind.is_return && !control.stall_d && !control.flush_d;
  const bool pushes = stages.execute.kind.call && !control.stall_m && !control.flush_m;
  // Decode and flushes find out that a pop was wrong or is missing.
  const bool wrong = decode_.predicted.is_return != stages.decode.kind.is_return &&
                     !control.stall_e && !control.flush_e;
  const bool flushed = (!control.stall_e && control.flush_e && stages.decode.kind.is_return) ||
                       (control.flush_m && stages.execute.kind.is_return);
  const bool undoes_pop = flushed || (wrong && !stages.decode.kind.is_return);
  const bool pops_late = wrong && stages.decode.kind.is_return;
  if (!pops && !pushes && !wrong && !flushed) return;
  const bool down = (pops || pops_late) && !undoes_pop;
  const auto size = static_cast<unsigned>(stack_.size());
  top_ = (top_ + (down ? size - 1 : 1)) % size;
  if (pushes) stack_[top_] = stages.link;
}

void GsharePredictor::clock_tables(const Stages& stages) {
  const PipelineControl& control = stages.control;
  if (control.stall_w || control.flush_w) return;
  const unsigned index = index_of(stages.memory.pc);
  if (memory_.target_wrong || memory_.kind_wrong)
    set_target(index, {stages.memory.kind, memory_.target});
  if (!stages.memory.kind.branch) return;
  counters_[history_ ^ index] = memory_.counter;
  history_ = shifted(history_, memory_.taken);
}

void GsharePredictor::clock(const Stages& stages, std::uint64_t next_pc) {
  const PipelineControl& control = stages.control;
  if (!control.stall_d) {
    const unsigned next_history =
        found_.kind.branch ? shifted(history_f_, counter_ >= 2) : history_f_;
    target_index_ = index_of(next_pc);
    counter_index_ = next_history ^ target_index_;
  }
  clock_stack(stages);
  const unsigned memory_index = history_ ^ index_of(stages.memory.pc);
  clock_tables(stages);

  if (!control.stall_w) {
    writeback_ = control.flush_w ? Companion() : memory_;
    writeback_.target = memory_.target;
    writeback_kind_ = control.flush_m ? ControlKind() : stages.memory.kind;
    writeback_index_ = control.flush_w ? 0 : memory_index;
    writeback_target_index_ = index_of(stages.memory.pc);
  }
  if (!control.stall_m) {
    Companion next;
    if (!control.flush_m) {
      next = execute_;
      next.counter = updated(execute_.counter, stages.taken);
      next.taken = stages.taken;
      next.target = stages.target;
      const bool has_target = stages.execute.kind.branch ||
                              (stages.execute.kind.jump && !stages.execute.kind.is_return);
      next.target_wrong = has_target && execute_.target != stages.target;
    }
    memory_ = next;
  }
  if (!control.stall_e) {
    Companion next;
    if (!control.flush_e) {
      next = decode_;
      next.kind_wrong = decode_.predicted != stages.decode.kind;
    }
    execute_ = next;
  }
  if (!control.stall_d) {
    Companion next;
    if (!control.flush_d) {
      next.predicted = found_.kind;
      next.counter = counter_;
      next.target = found_.address;
    }
    decode_ = next;
  }
}

}  // namespace cyclevisor
