#include "models/engines/blocks/quiet_predictor.hpp"

namespace cyclevisor {

ControlKind QuietPredictor::control_kind_of(unsigned bits) {
  ControlKind kind;
  kind.branch = (bits & branch) != 0;
  kind.jump = (bits & jump) != 0;
  kind.call = (bits & call) != 0;
  kind.is_return = (bits & is_return) != 0;
  return kind;
}

QuietPredictor::Place QuietPredictor::place_of(const GsharePredictor::Companion& companion,
                                               const GsharePredictor::Place& stage) const {
  Place place;
  place.target = companion.target;
  place.word = index_of(stage.pc) | Word{bits_of(stage.kind)} << kind_shift |
               Word{bits_of(companion.predicted)} << predicted_shift |
               Word{companion.counter} << counter_shift;
  if (companion.taken) place.word |= taken_bit;
  if (companion.kind_wrong) place.word |= kind_wrong_bit;
  if (companion.target_wrong) place.word |= target_wrong_bit;
  return place;
}

GsharePredictor::Companion QuietPredictor::companion_of(const Place& place) {
  GsharePredictor::Companion companion;
  companion.predicted = control_kind_of(predicted_of(place.word));
  companion.counter = counter_of(place.word);
  companion.target = place.target;
  companion.taken = (place.word & taken_bit) != 0;
  companion.kind_wrong = (place.word & kind_wrong_bit) != 0;
  companion.target_wrong = (place.word & target_wrong_bit) != 0;
  return companion;
}

void QuietPredictor::enter(GsharePredictor& predictor, const GsharePredictor::Stages& stages) {
  predictor_ = &predictor;
  decode_ = place_of(predictor.decode_, stages.decode);
  execute_ = place_of(predictor.execute_, stages.execute);
  memory_ = place_of(predictor.memory_, stages.memory);
  writeback_ = place_of(predictor.writeback_, {predictor.writeback_kind_, 0});
  writeback_.word = (writeback_.word & ~index_mask) | predictor.writeback_target_index_;
  writeback_index_ = predictor.writeback_index_;
  counter_index_ = predictor.counter_index_;
  fetch_index_ = index_of(stages.fetch_pc);
  history_ = predictor.history_;
}

void QuietPredictor::leave() {
  GsharePredictor& predictor = *predictor_;
  predictor.decode_ = companion_of(decode_);
  predictor.execute_ = companion_of(execute_);
  predictor.memory_ = companion_of(memory_);
  predictor.writeback_ = companion_of(writeback_);
  predictor.writeback_kind_ = control_kind_of(kind_of(writeback_.word));
  predictor.writeback_target_index_ = index_in(writeback_.word);
  predictor.writeback_index_ = writeback_index_;
  predictor.counter_index_ = counter_index_;
  predictor.target_index_ = fetch_index_;
  predictor.history_ = history_;
}

void QuietPredictor::clock_stack(const Cycle& in, unsigned found) {
  GsharePredictor& tables = *predictor_;
  const Word d = in.decode_cleared ? decode_.word & ~kind_mask : decode_.word;
  const bool flushes_e = in.wrong || in.waits;
  const bool in_decode = (kind_of(d) & is_return) != 0;
  const bool predicted = (predicted_of(d) & is_return) != 0;
  const bool pops = (found & is_return) != 0 && !in.waits && !in.wrong;
  const bool pushes = (kind_of(execute_.word) & call) != 0;
  const bool wrong = predicted != in_decode && !flushes_e;
  const bool flushed = flushes_e && in_decode;
  if (!pops && !pushes && !wrong && !flushed) return;
  const bool undoes_pop = flushed || (wrong && !in_decode);
  const bool down = (pops || (wrong && in_decode)) && !undoes_pop;
  const auto size = static_cast<unsigned>(tables.stack_.size());
  tables.top_ = (tables.top_ + (down ? size - 1 : 1)) % size;
  if (pushes) tables.stack_[tables.top_] = in.link;
}

void QuietPredictor::divide(unsigned cycles) {
  // What is in M leaves and passes W without its kind; behind it come bubbles with the pc of the
  // division, which stays in E.
  const Word m = memory_.word;
  GsharePredictor& tables = *predictor_;
  const unsigned memory_index = history_ ^ index_in(m);
  if ((m & (kind_wrong_bit | target_wrong_bit)) != 0) {
    tables.set_target(index_in(m), {control_kind_of(kind_of(m)), memory_.target});
  }
  if ((m & is_branch) != 0) {
    tables.counters_[memory_index] = counter_of(m);
    history_ = shifted(history_, (m & taken_bit) != 0);
  }
  writeback_ = {m & ~kind_mask, memory_.target};
  writeback_index_ = memory_index;
  memory_ = {execute_.word & index_mask, 0};
  if (cycles < 2) return;
  writeback_ = memory_;
  writeback_index_ = history_ ^ index_in(memory_.word);
}

}  // namespace cyclevisor
