#include "models/engines/blocks/right_path.hpp"

#include <algorithm>

namespace cyclevisor {

bool RightPath::is_simple(const MicroOp& op, const MicroOp* before) {
  if ((op.kind & is_return_kind) == 0) return true;
  if (before != nullptr && must_wait(op, *before)) return false;
  return (op.kind & call) == 0 && op.instruction.operation == Operation::jalr;
}

bool RightPath::knows(const Block& block) const {
  for (std::size_t i = 0; i < block.instructions.size(); ++i) {
    const MicroOp& op = *block.instructions[i].op;
    const GsharePredictor::Target& target = tables_.targets_[tables_.index_of(block.pc_of(i))];
    if (QuietPredictor::bits_of(target.kind) != op.kind) return false;
    const bool is_direct = op.kind != 0 && op.instruction.operation != Operation::jalr;
    const auto offset = static_cast<std::uint64_t>(op.instruction.immediate);
    if (is_direct && target.address != block.pc_of(i) + offset) return false;
  }
  return true;
}

RightPath::Guess RightPath::guess(const Block& block, const Guess* before) const {
  const std::size_t last = block.instructions.size() - 1;
  const MicroOp& op = *block.instructions[last].op;
  Guess guess;
  guess.pc = block.pc_of(last);
  guess.kind = op.kind;
  const unsigned index = tables_.index_of(guess.pc);
  guess.target = tables_.targets_[index].address;
  if ((guess.kind & branch) == 0) {
    guess.takes = true;
    guess.next = guess.is_return() ? tables_.stack_[tables_.top_] : guess.target;
    return guess;
  }
  const bool follows_branch = before != nullptr && (before->kind & branch) != 0;
  unsigned history = quiet_.history_;
  if (follows_branch) history = tables_.shifted(history, before->takes);
  guess.counter_index = history ^ index;
  guess.counter = follows_branch && before->counter_index == guess.counter_index
                      ? GsharePredictor::updated(before->counter, before->takes)
                      : tables_.counters_[guess.counter_index];
  guess.takes = guess.counter >= 2;
  guess.next = guess.takes ? guess.target : guess.pc + op.instruction.length;
  return guess;
}

bool RightPath::can_begin() const {
  using Quiet = QuietPredictor;
  const Quiet::Word d = quiet_.decode_.word;
  if ((quiet_.memory_.word & (Quiet::kind_wrong_bit | Quiet::target_wrong_bit)) != 0 ||
      (quiet_.execute_.word & Quiet::kind_wrong_bit) != 0 ||
      Quiet::predicted_of(d) != Quiet::kind_of(d)) {
    return false;
  }
  unsigned history = quiet_.history_;
  if ((d & Quiet::is_branch) != 0) history = tables_.shifted(history, Quiet::counter_of(d) >= 2);
  return quiet_.counter_index_ == (history ^ quiet_.fetch_index_);
}

RightPath::Guess RightPath::guess_in_decode(const Block& block, std::uint64_t next) const {
  Guess guess = this->guess(block, nullptr);
  if ((guess.kind & branch) != 0) {
    guess.counter = QuietPredictor::counter_of(quiet_.decode_.word);
    guess.takes = guess.counter >= 2;
  }
  guess.next = next;
  return guess;
}

bool RightPath::shares_target(const Block& block, const Block& next) const {
  const std::size_t last = block.instructions.size() - 1;
  const std::uint64_t pc = block.pc_of(last);
  const auto region = [this](std::uint64_t address) {
    return address >> (tables_.index_bits_ + 1);
  };
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

void RightPath::leave_fetch(const Guess& guess) {
  if (!guess.is_return()) return;
  const auto size = static_cast<unsigned>(tables_.stack_.size());
  tables_.top_ = (tables_.top_ + size - 1) % size;
}

void RightPath::leave_execute(const Guess& guess, std::uint64_t link) {
  if ((guess.kind & call) == 0) return;
  tables_.top_ = (tables_.top_ + 1) % static_cast<unsigned>(tables_.stack_.size());
  tables_.stack_[tables_.top_] = link;
}

void RightPath::leave_memory(const Guess& guess) {
  if ((guess.kind & branch) == 0) return;
  tables_.counters_[guess.counter_index] = GsharePredictor::updated(guess.counter, guess.takes);
  quiet_.history_ = tables_.shifted(quiet_.history_, guess.takes);
}

QuietPredictor::Place RightPath::place_of(const Stage& stage) const {
  using Quiet = QuietPredictor;
  Quiet::Place place;
  place.word = tables_.index_of(stage.pc);
  if (stage.guess == nullptr) return place;
  place.word |= Quiet::Word{stage.guess->kind} << Quiet::kind_shift |
                Quiet::Word{stage.guess->kind} << Quiet::predicted_shift |
                Quiet::Word{stage.guess->counter} << Quiet::counter_shift;
  place.target = stage.guess->target;
  return place;
}

QuietPredictor::Place RightPath::place_behind_execute(const Stage& stage) const {
  using Quiet = QuietPredictor;
  Quiet::Place place = place_of(stage);
  const Guess* guess = stage.guess;
  if (guess == nullptr) return place;
  place.word &= ~Quiet::counter_mask;
  place.word |= Quiet::Word{GsharePredictor::updated(guess->counter, guess->takes)}
                << Quiet::counter_shift;
  if (guess->takes) place.word |= Quiet::taken_bit;
  if (guess->is_return()) place.target = guess->next;
  return place;
}

void RightPath::hand_back(const Stages& stages) {
  quiet_.decode_ = place_of(stages.decode);
  quiet_.execute_ = place_of(stages.execute);
  quiet_.memory_ = place_behind_execute(stages.memory);
  quiet_.writeback_ = place_behind_execute(stages.writeback);
  quiet_.writeback_index_ =
      stages.writeback.guess != nullptr ? stages.writeback.guess->counter_index : 0;
  unsigned history = quiet_.history_;
  for (const Stage* stage : {&stages.memory, &stages.execute, &stages.decode}) {
    if (stage->guess != nullptr && (stage->guess->kind & branch) != 0) {
      history = tables_.shifted(history, stage->guess->takes);
    }
  }
  quiet_.fetch_index_ = tables_.index_of(stages.fetch_pc);
  quiet_.counter_index_ = history ^ quiet_.fetch_index_;
}

}  // namespace cyclevisor
