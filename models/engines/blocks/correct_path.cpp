#include "models/engines/blocks/correct_path.hpp"

#include <algorithm>

namespace cyclevisor {

bool CorrectPath::is_simple(const MicroOp& op, const MicroOp* before) {
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

CorrectPath::Guess CorrectPath::guess(const Block& block, const Guess* before) const {
  const std::size_t last = block.instructions.size() - 1;
  const MicroOp& op = *block.instructions[last].op;
  Guess guess;
  guess.pc = block.pc_of(last);
  guess.kind = op.kind;
  const unsigned index = tables_.index_of(guess.pc);
  guess.target = tables_.targets[index].address;
  if ((guess.kind & branch) == 0) {
    guess.takes = true;
    guess.next = guess.is_return() ? tables_.stack[tables_.top] : guess.target;
    return guess;
  }
  const bool follows_branch = before != nullptr && (before->kind & branch) != 0;
  unsigned history = packed_.history;
  if (follows_branch) history = tables_.shifted(history, before->takes);
  guess.counter_index = history ^ index;
  guess.counter = follows_branch && before->counter_index == guess.counter_index
                      ? GshareState::updated(before->counter, before->takes)
                      : tables_.counters[guess.counter_index];
  guess.takes = guess.counter >= 2;
  guess.next = guess.takes ? guess.target : guess.pc + op.instruction.length;
  return guess;
}

bool CorrectPath::can_begin() const {
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

CorrectPath::Guess CorrectPath::guess_in_decode(const Block& block, std::uint64_t next) const {
  Guess guess = this->guess(block, nullptr);
  if ((guess.kind & branch) != 0) {
    guess.counter = SteadyPredictor::counter_of(packed_.decode.word);
    guess.takes = guess.counter >= 2;
  }
  guess.next = next;
  return guess;
}

bool CorrectPath::shares_target(const Block& block, const Block& next) const {
  const std::size_t last = block.instructions.size() - 1;
  const std::uint64_t pc = block.pc_of(last);
  const auto region = [this](std::uint64_t address) { return address >> (tables_.index_bits + 1); };
  // So far behind, an instruction is still under way.
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

void CorrectPath::leave_fetch(const Guess& guess) {
  if (!guess.is_return()) return;
  tables_.lower_top();
}

void CorrectPath::leave_execute(const Guess& guess, std::uint64_t link) {
  if ((guess.kind & call) != 0) tables_.push(link);
}

void CorrectPath::leave_memory(const Guess& guess) {
  if ((guess.kind & branch) == 0) return;
  tables_.counters[guess.counter_index] = GshareState::updated(guess.counter, guess.takes);
  packed_.history = tables_.shifted(packed_.history, guess.takes);
}

SteadyPredictor::Companion CorrectPath::companion_of(const Stage& stage) const {
  using Packed = SteadyPredictor;
  Packed::Companion companion;
  companion.word = tables_.index_of(stage.pc);
  if (stage.guess == nullptr) return companion;
  companion.word |= Packed::Word{stage.guess->kind} << Packed::kind_shift |
                    Packed::Word{stage.guess->kind} << Packed::predicted_shift |
                    Packed::Word{stage.guess->counter} << Packed::counter_shift;
  companion.target = stage.guess->target;
  return companion;
}

SteadyPredictor::Companion CorrectPath::companion_behind_execute(const Stage& stage) const {
  using Packed = SteadyPredictor;
  Packed::Companion companion = companion_of(stage);
  const Guess* guess = stage.guess;
  if (guess == nullptr) return companion;
  companion.word &= ~Packed::counter_mask;
  companion.word |= Packed::Word{GshareState::updated(guess->counter, guess->takes)}
                    << Packed::counter_shift;
  if (guess->takes) companion.word |= Packed::taken_bit;
  if (guess->is_return()) companion.target = guess->next;
  return companion;
}

void CorrectPath::hand_back(const Stages& stages) {
  packed_.decode = companion_of(stages.decode);
  packed_.execute = companion_of(stages.execute);
  packed_.memory = companion_behind_execute(stages.memory);
  packed_.writeback = companion_behind_execute(stages.writeback);
  packed_.writeback_index =
      stages.writeback.guess != nullptr ? stages.writeback.guess->counter_index : 0;
  unsigned history = packed_.history;
  for (const Stage* stage : {&stages.memory, &stages.execute, &stages.decode}) {
    if (stage->guess != nullptr && (stage->guess->kind & branch) != 0) {
      history = tables_.shifted(history, stage->guess->takes);
    }
  }
  packed_.fetch_index = tables_.index_of(stages.fetch_pc);
  packed_.counter_index = history ^ packed_.fetch_index;
}

}  // namespace cyclevisor
