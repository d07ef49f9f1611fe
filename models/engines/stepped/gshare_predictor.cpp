#include "models/engines/stepped/gshare_predictor.hpp"

namespace cyclevisor {

GshareState::Target GsharePredictor::target_of(const Stages& stages) const {
  const unsigned index = state_.index_of(stages.fetch_pc);
  if (index == state_.index_of(stages.decode.pc)) return {stages.decode.kind, state_.decode.target};
  if (index == state_.index_of(stages.execute.pc)) return {stages.execute.kind, stages.target};
  if (index == state_.index_of(stages.memory.pc)) return {stages.memory.kind, state_.memory.target};
  if (index == state_.writeback_target_index)
    return {state_.writeback_kind, state_.writeback.target};
  return state_.targets[state_.target_index];
}

unsigned GsharePredictor::counter_of(const Stages& stages) const {
  const PipelineControl& control = stages.control;
  const unsigned index = history_f_ ^ state_.index_of(stages.fetch_pc);
  if (stages.decode.kind.branch && !control.flush_e &&
      index == (history_d_ ^ state_.index_of(stages.decode.pc))) {
    return state_.decode.counter >= 2 ? 3 : 0;
  }
  if (stages.execute.kind.branch && !control.flush_m &&
      index == (history_e_ ^ state_.index_of(stages.execute.pc))) {
    return GshareState::updated(state_.execute.counter, stages.taken);
  }
  if (stages.memory.kind.branch && !control.flush_w &&
      index == (state_.history ^ state_.index_of(stages.memory.pc))) {
    return state_.memory.counter;
  }
  if (state_.writeback_kind.branch && !control.flush_w && index == state_.writeback_index) {
    return state_.writeback.counter;
  }
  return state_.counters[state_.counter_index];
}

GsharePredictor::Prediction GsharePredictor::predict(const Stages& stages) {
  history_e_ = stages.memory.kind.branch ? state_.shifted(state_.history, state_.memory.taken)
                                         : state_.history;
  history_d_ = stages.execute.kind.branch ? state_.shifted(history_e_, stages.taken) : history_e_;
  history_f_ = stages.decode.kind.branch ? state_.shifted(history_d_, state_.decode.counter >= 2)
                                         : history_d_;
  found_ = target_of(stages);
  counter_ = counter_of(stages);
  Prediction prediction;
  prediction.taken = found_.kind.jump || (found_.kind.branch && counter_ >= 2);
  prediction.target = found_.kind.is_return ? state_.stack[state_.top] : found_.address;
  return prediction;
}

void GsharePredictor::clock_stack(const Stages& stages) {
  const PipelineControl& control = stages.control;
  const bool pops = found_.kind.is_return && !control.stall_d && !control.flush_d;
  const bool pushes = stages.execute.kind.call && !control.stall_m && !control.flush_m;
  // Decode and flushes reveal that a pop was wrong or is missing.
  const bool wrong = state_.decode.predicted.is_return != stages.decode.kind.is_return &&
                     !control.stall_e && !control.flush_e;
  const bool flushed = (!control.stall_e && control.flush_e && stages.decode.kind.is_return) ||
                       (control.flush_m && stages.execute.kind.is_return);
  const bool undoes_pop = flushed || (wrong && !stages.decode.kind.is_return);
  const bool pops_late = wrong && stages.decode.kind.is_return;
  if (!pops && !pushes && !wrong && !flushed) return;
  if ((pops || pops_late) && !undoes_pop) {
    state_.lower_top();
  } else {
    state_.raise_top();
  }
  if (pushes) state_.stack[state_.top] = stages.link;
}

void GsharePredictor::clock_tables(const Stages& stages) {
  const PipelineControl& control = stages.control;
  if (control.stall_w || control.flush_w) return;
  const unsigned index = state_.index_of(stages.memory.pc);
  if (state_.memory.target_wrong || state_.memory.kind_wrong)
    state_.set_target(index, {stages.memory.kind, state_.memory.target});
  if (!stages.memory.kind.branch) return;
  state_.counters[state_.history ^ index] = state_.memory.counter;
  state_.history = state_.shifted(state_.history, state_.memory.taken);
}

void GsharePredictor::clock(const Stages& stages, std::uint64_t next_pc) {
  const PipelineControl& control = stages.control;
  if (!control.stall_d) {
    const unsigned next_history =
        found_.kind.branch ? state_.shifted(history_f_, counter_ >= 2) : history_f_;
    state_.target_index = state_.index_of(next_pc);
    state_.counter_index = next_history ^ state_.target_index;
  }
  clock_stack(stages);
  const unsigned memory_index = state_.history ^ state_.index_of(stages.memory.pc);
  clock_tables(stages);

  if (!control.stall_w) {
    state_.writeback = control.flush_w ? GshareState::InFlight() : state_.memory;
    state_.writeback.target = state_.memory.target;
    state_.writeback_kind = control.flush_m ? ControlKind() : stages.memory.kind;
    state_.writeback_index = control.flush_w ? 0 : memory_index;
    state_.writeback_target_index = state_.index_of(stages.memory.pc);
  }
  if (!control.stall_m) {
    GshareState::InFlight next;
    if (!control.flush_m) {
      next = state_.execute;
      next.counter = GshareState::updated(state_.execute.counter, stages.taken);
      next.taken = stages.taken;
      next.target = stages.target;
      const bool has_target = stages.execute.kind.branch ||
                              (stages.execute.kind.jump && !stages.execute.kind.is_return);
      next.target_wrong = has_target && state_.execute.target != stages.target;
    }
    state_.memory = next;
  }
  if (!control.stall_e) {
    GshareState::InFlight next;
    if (!control.flush_e) {
      next = state_.decode;
      next.kind_wrong = state_.decode.predicted != stages.decode.kind;
    }
    state_.execute = next;
  }
  if (!control.stall_d) {
    GshareState::InFlight next;
    if (!control.flush_d) {
      next.predicted = found_.kind;
      next.counter = counter_;
      next.target = found_.address;
    }
    state_.decode = next;
  }
}

}  // namespace cyclevisor
