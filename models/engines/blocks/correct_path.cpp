#include "models/engines/blocks/correct_path.hpp"

#include <algorithm>

namespace cyclevisor {

bool CorrectPath::is_chainable(const MicroOp& op, const MicroOp* before) {
  if ((op.kind & is_return_kind) == 0) return true;
  if (before != nullptr && must_wait(op, *before)) return false;
  return (op.kind & call) == 0 && op.instruction.operation == Operation::jalr;
}

bool CorrectPath::knows(const Block& block) const {
  for (std::size_t i = 0; i < block.instructions.size(); ++i) {
    const MicroOp& op = *block.instructions[i].op;
    const GshareState::Target& target = tables_.targets[tables_.index_of(block.pc_of(i))];
    if (SteadyPredictor::bits_of(target.kind) != op.kind) return false;
    const bool is_direct = op.kind != 0 && op.instruction.operation != Operation::jalr;
    const auto offset = static_cast<std::uint64_t>(op.instruction.immediate);
    if (is_direct && target.address != block.pc_of(i) + offset) return false;
  }
  return true;
}

CorrectPath::Prediction CorrectPath::predict(const Block& block, const Prediction* before) const {
  const std::size_t last = block.instructions.size() - 1;
  const MicroOp& op = *block.instructions[last].op;
  Prediction prediction;
  prediction.pc = block.pc_of(last);
  prediction.kind = op.kind;
  const unsigned index = tables_.index_of(prediction.pc);
  prediction.target = tables_.targets[index].address;
  if ((prediction.kind & branch) == 0) {
    prediction.takes = true;
    prediction.next = prediction.is_return() ? tables_.stack[tables_.top] : prediction.target;
    return prediction;
  }
  const bool follows_branch = before != nullptr && (before->kind & branch) != 0;
  unsigned history = packed_.history;
  if (follows_branch) history = tables_.shifted(history, before->takes);
  prediction.counter_index = history ^ index;
  prediction.counter = follows_branch && before->counter_index == prediction.counter_index
                           ? GshareState::updated(before->counter, before->takes)
                           : tables_.counters[prediction.counter_index];
  prediction.takes = prediction.counter >= 2;
  prediction.next = prediction.takes ? prediction.target : prediction.pc + op.instruction.length;
  return prediction;
}

bool CorrectPath::can_chain() const {
  using Packed = SteadyPredictor;
  const Packed::Word d = packed_.decode.word;
  if ((packed_.memory.word & (Packed::kind_wrong_bit | Packed::target_wrong_bit)) != 0 ||
      (packed_.execute.word & Packed::kind_wrong_bit) != 0 ||
      Packed::predicted_of(d) != Packed::kind_of(d)) {
    return false;
  }
  unsigned history = packed_.history;
  if ((d & Packed::is_branch) != 0) history = tables_.shifted(history, Packed::counter_of(d) >= 2);
  return packed_.counter_index == (history ^ packed_.fetch_index);
}

CorrectPath::Prediction CorrectPath::prediction_in_decode(const Block& block,
                                                          std::uint64_t next) const {
  Prediction prediction = this->predict(block, nullptr);
  if ((prediction.kind & branch) != 0) {
    prediction.counter = SteadyPredictor::counter_of(packed_.decode.word);
    prediction.takes = prediction.counter >= 2;
  }
  prediction.next = next;
  return prediction;
}

bool CorrectPath::shares_target(const Block& block, const Block& next) const {
  const std::size_t last = block.instructions.size() - 1;
  const std::uint64_t pc = block.pc_of(last);
  const auto region = [this](std::uint64_t address) { return address >> (tables_.index_bits + 1); };
  // An instruction this far back is still in the pipeline.
  constexpr std::size_t reach = 4;
  const std::size_t head = std::min(next.instructions.size(), reach);
  const std::uint64_t here = region(pc);
  if (region(block.pc) == here && region(next.pc) == here && region(next.pc_of(head - 1)) == here) {
    return false;
  }
  const auto clash = [this](std::uint64_t a, std::uint64_t b) {
    return a != b && tables_.index_of(a) == tables_.index_of(b);
  };
  for (std::size_t i = 0; i < head; ++i) {
    const std::size_t behind = std::min(last, reach);
    for (std::size_t k = last - behind; k <= last; ++k) {
      if (clash(block.pc_of(k), next.pc_of(i))) return true;
    }
  }
  return false;
}

void CorrectPath::leave_fetch(const Prediction& prediction) {
  if (!prediction.is_return()) return;
  tables_.lower_top();
}

void CorrectPath::leave_execute(const Prediction& prediction, std::uint64_t link) {
  if ((prediction.kind & call) != 0) tables_.push(link);
}

void CorrectPath::leave_memory(const Prediction& prediction) {
  if ((prediction.kind & branch) == 0) return;
  tables_.counters[prediction.counter_index] =
      GshareState::updated(prediction.counter, prediction.takes);
  packed_.history = tables_.shifted(packed_.history, prediction.takes);
}

SteadyPredictor::Companion CorrectPath::companion_of(const Stage& stage) const {
  using Packed = SteadyPredictor;
  Packed::Companion companion;
  companion.word = tables_.index_of(stage.pc);
  if (stage.prediction == nullptr) return companion;
  companion.word |= Packed::Word{stage.prediction->kind} << Packed::kind_shift |
                    Packed::Word{stage.prediction->kind} << Packed::predicted_shift |
                    Packed::Word{stage.prediction->counter} << Packed::counter_shift;
  companion.target = stage.prediction->target;
  return companion;
}

SteadyPredictor::Companion CorrectPath::companion_behind_execute(const Stage& stage) const {
  using Packed = SteadyPredictor;
  Packed::Companion companion = companion_of(stage);
  const Prediction* prediction = stage.prediction;
  if (prediction == nullptr) return companion;
  companion.word &= ~Packed::counter_mask;
  companion.word |= Packed::Word{GshareState::updated(prediction->counter, prediction->takes)}
                    << Packed::counter_shift;
  if (prediction->takes) companion.word |= Packed::taken_bit;
  if (prediction->is_return()) companion.target = prediction->next;
  return companion;
}

void CorrectPath::hand_back(const Stages& stages) {
  packed_.decode = companion_of(stages.decode);
  packed_.execute = companion_of(stages.execute);
  packed_.memory = companion_behind_execute(stages.memory);
  packed_.writeback = companion_behind_execute(stages.writeback);
  packed_.writeback_index =
      stages.writeback.prediction != nullptr ? stages.writeback.prediction->counter_index : 0;
  unsigned history = packed_.history;
  for (const Stage* stage : {&stages.memory, &stages.execute, &stages.decode}) {
    if (stage->prediction != nullptr && (stage->prediction->kind & branch) != 0) {
      history = tables_.shifted(history, stage->prediction->takes);
    }
  }
  packed_.fetch_index = tables_.index_of(stages.fetch_pc);
  packed_.counter_index = history ^ packed_.fetch_index;
}

}  // namespace cyclevisor
