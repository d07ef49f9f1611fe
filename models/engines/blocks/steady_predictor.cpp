#include "models/engines/blocks/steady_predictor.hpp"

namespace cyclevisor {

ControlKind SteadyPredictor::control_kind_of(unsigned bits) {
  ControlKind kind;
  kind.branch = (bits & branch) != 0;
  kind.jump = (bits & jump) != 0;
  kind.call = (bits & call) != 0;
  kind.is_return = (bits & is_return) != 0;
  return kind;
}

SteadyPredictor::Companion SteadyPredictor::packed(const GshareState::InFlight& in_flight,
                                                   const Stage& stage) const {
  Companion companion;
  companion.target = in_flight.target;
  companion.word = index_of(stage.pc) | Word{bits_of(stage.kind)} << kind_shift |
                   Word{bits_of(in_flight.predicted)} << predicted_shift |
                   Word{in_flight.counter} << counter_shift;
  if (in_flight.taken) companion.word |= taken_bit;
  if (in_flight.kind_wrong) companion.word |= kind_wrong_bit;
  if (in_flight.target_wrong) companion.word |= target_wrong_bit;
  return companion;
}

GshareState::InFlight SteadyPredictor::unpacked(const Companion& companion) {
  GshareState::InFlight in_flight;
  in_flight.predicted = control_kind_of(predicted_of(companion.word));
  in_flight.counter = counter_of(companion.word);
  in_flight.target = companion.target;
  in_flight.taken = (companion.word & taken_bit) != 0;
  in_flight.kind_wrong = (companion.word & kind_wrong_bit) != 0;
  in_flight.target_wrong = (companion.word & target_wrong_bit) != 0;
  return in_flight;
}

void SteadyPredictor::enter(GshareState& predictor, const Stages& stages) {
  state = &predictor;
  decode = packed(predictor.decode, stages.decode);
  execute = packed(predictor.execute, stages.execute);
  memory = packed(predictor.memory, stages.memory);
  writeback = packed(predictor.writeback, {predictor.writeback_kind, 0});
  writeback.word = (writeback.word & ~index_mask) | predictor.writeback_target_index;
  writeback_index = predictor.writeback_index;
  counter_index = predictor.counter_index;
  fetch_index = index_of(stages.fetch_pc);
  history = predictor.history;
}

void SteadyPredictor::leave() {
  GshareState& predictor = *state;
  predictor.decode = unpacked(decode);
  predictor.execute = unpacked(execute);
  predictor.memory = unpacked(memory);
  predictor.writeback = unpacked(writeback);
  predictor.writeback_kind = control_kind_of(kind_of(writeback.word));
  predictor.writeback_target_index = index_in(writeback.word);
  predictor.writeback_index = writeback_index;
  predictor.counter_index = counter_index;
  predictor.target_index = fetch_index;
  predictor.history = history;
}

void SteadyPredictor::clock_stack(const Cycle& in, unsigned found) {
  GshareState& tables = *state;
  const Word d = in.decode_cleared ? decode.word & ~kind_mask : decode.word;
  const bool flushes_e = in.wrong || in.waits;
  const bool in_decode = (kind_of(d) & is_return) != 0;
  const bool predicted = (predicted_of(d) & is_return) != 0;
  const bool pops = (found & is_return) != 0 && !in.waits && !in.wrong;
  const bool pushes = (kind_of(execute.word) & call) != 0;
  const bool wrong = predicted != in_decode && !flushes_e;
  const bool flushed = flushes_e && in_decode;
  if (!pops && !pushes && !wrong && !flushed) return;
  const bool undoes_pop = flushed || (wrong && !in_decode);
  const bool down = (pops || (wrong && in_decode)) && !undoes_pop;
  if (down) {
    tables.lower_top();
  } else {
    tables.raise_top();
  }
  if (pushes) tables.stack[tables.top] = in.link;
}

void SteadyPredictor::divide(unsigned cycles) {
  // The instruction in M leaves, and passes W without its kind. Bubbles follow it, with the pc of
  // the division, which stays in E.
  const Word m = memory.word;
  GshareState& tables = *state;
  const unsigned memory_index = history ^ index_in(m);
  if ((m & (kind_wrong_bit | target_wrong_bit)) != 0) {
    tables.set_target(index_in(m), {control_kind_of(kind_of(m)), memory.target});
  }
  if ((m & is_branch) != 0) {
    tables.counters[memory_index] = counter_of(m);
    history = shifted(history, (m & taken_bit) != 0);
  }
  writeback = {m & ~kind_mask, memory.target};
  writeback_index = memory_index;
  memory = {execute.word & index_mask, 0};
  if (cycles < 2) return;
  writeback = memory;
  writeback_index = history ^ index_in(memory.word);
}

}  // namespace cyclevisor
