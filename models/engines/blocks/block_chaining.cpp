// The fast path in blocks with a predictor: from block to block as long as it is right.
#include "models/engines/blocks/block_step.hpp"
#include "models/engines/blocks/fast_path.hpp"

namespace cyclevisor {

/// Whether the block's first instruction is in M with nothing unusual behind it.
bool FastPath::stands_at(const Block& block) const {
  const Block::Arrival& arrival = block.arrivals[0];
  const std::size_t decode = arrival.waited ? 1 : 2;
  if (second_half_ || arrival.second_half || decode >= block.instructions.size()) return false;
  // Instructions are told apart by their bits too: memory may have changed since they were fetched.
  const auto holds = [&block](const Slot& slot, std::size_t index) {
    return slot.op == block.instructions[index].op && slot.pc == block.pc_of(index);
  };
  const bool waited = !stages_.execute.op->valid;
  if (waited != arrival.waited || !holds(stages_.memory, 0) || !holds(stages_.decode, decode) ||
      (!waited && !holds(stages_.execute, 1))) {
    return false;
  }
  return decode + 1 == block.instructions.size() || stages_.pc == block.pc_of(decode + 1);
}

/// The way into a block whose end is guessed.
void FastPath::enter_closed(Way& way, const Block& block) {
  way.block = &block;
  way.next = find_block(way.guess.next);
  if (way.next == nullptr) return;
  const BlockOp& last = block.ops.back();
  // Taken or not, such a branch redirects nothing, and a fetch in two lines is not dropped.
  const bool leads_on = last.operation != Operation::jal && last.operation != Operation::jalr &&
                        last.immediate == way.guess.pc + last.length;
  if (correct_path_->shares_target(block, *way.next) || (leads_on && way.next->head != 0)) {
    way.next = nullptr;
  } else {
    way.block = &block.followed_by(way.next->head, fetch_.undivided_bytes());
  }
}

/// Leaves a block; `way` has the guesses about the branches and jumps at the ends of the block
/// before, of this one and of the next.
void FastPath::leave_predicted(const Way& way, std::size_t index, unsigned touched,
                               std::uint64_t now) {
  const Block& block = *way.block;
  const std::size_t last = block.instructions.size() - 1;
  leave_block(block, way.next, index, touched, now);
  const Block::Arrival& arrival = block.arrivals[index];
  const std::size_t decode = index + (arrival.waited ? 1 : 2);
  const auto guess_at = [&](std::size_t i) {
    return block.closed && i == last ? &way.guess : nullptr;
  };
  CorrectPath::Stages stages;
  stages.decode = {stages_.decode.pc, guess_at(decode)};
  stages.execute = {stages_.execute.pc, arrival.waited ? nullptr : guess_at(index + 1)};
  stages.memory = {stages_.memory.pc, guess_at(index)};
  if (index == 0) {
    stages.writeback = {way.before.pc, &way.before};
  } else {
    const bool follows = block.steps[index - 1].cycle + 1u == arrival.cycle;
    stages.writeback = {block.pc_of(follows ? index - 1 : index), nullptr};
  }
  stages.fetch_pc = stages_.pc;
  correct_path_->hand_back(stages);
  // A return that has been predicted has taken its address.
  const bool is_return_fetched = block.closed && way.next != nullptr && decode + 1 > last;
  if (is_return_fetched && index < last) correct_path_->leave_fetch(way.guess);
}

bool FastPath::run_predicted_blocks(std::uint64_t end) {
  Way way;
  way.block = find_block(stages_.memory.pc);
  if (way.block == nullptr || !stands_at(*way.block)) return false;
  if (!correct_path_->can_begin()) return false;
  if (way.block->closed) {
    const bool is_guessed = way.block->unpredicted < 0;
    way.guess = is_guessed ? correct_path_->guess_in_decode(*way.block, stages_.pc)
                           : correct_path_->guess(*way.block, nullptr);
    // What a guessed return has done to the stack has been done.
    if (is_guessed && way.guess.is_return()) return false;
    enter_closed(way, *way.block);
    if (is_guessed && way.next == nullptr) return false;
  }
  const std::uint64_t base = stages_.now - way.block->arrivals[0].cycle;
  if (base + way.block->cycles > end) return false;
  switch (events_.wanted()) {
    case Retirements::all:
      return run_predicted_blocks<Retirements::all>(way, base, end);
    case Retirements::regions:
      return run_predicted_blocks<Retirements::regions>(way, base, end);
    default:
      return run_predicted_blocks<Retirements::none>(way, base, end);
  }
}

template <Retirements wanted>
bool FastPath::run_predicted_blocks(Way& way, std::uint64_t base, std::uint64_t end) {
  Core& core = core_;
  bool first_block = true;
  while (true) {
    const Block& block = *way.block;
    const BlockOp* const ops = block.ops.data();
    std::size_t count = block.ops.size();
    if (way.next != nullptr) {
      --count;
    } else if (block.closed) {
      count = static_cast<std::size_t>(block.unpredicted);
    }
    unsigned touched = 0;
    Retire* last = nullptr;
    for (std::size_t index = 0; index < count; ++index) {
      const BlockOp& op = ops[index];
      if (touched < op.lines) touched = touch_lines(block, touched, op.lines);
      BlockStep step = execute_in_block(core, data_, block, op);
      if (step.result == BlockStep::Result::accesses_slowly) {
        std::optional<unsigned> stall = access_in_block(
            block, index, step.address,
            index + 2 < block.instructions.size() ? end - base - block.cycles : 0, step.host);
        if (!stall) {
          if (first_block && index == 0) return false;
          if (wanted == Retirements::regions) publish_stay(block, index, false, base);
          stages_.retired += index;
          leave_predicted(way, index, touched, base + block.steps[index].cycle - op.stalled);
          return true;
        }
        base += *stall;
        execute_ordinary(core, *block.instructions[index].op, 0, step.host);
      }
      if (wanted == Retirements::all) {
        last = &publish(block, index, step.address, step.host, base + block.steps[index].cycle);
      }
    }
    if (way.next == nullptr) {
      if (first_block && count == 0) return false;
      if (wanted == Retirements::regions) publish_stay(block, count, false, base);
      stages_.retired += count;
      leave_predicted(way, count, touched, base + block.arrivals[count].cycle);
      return true;
    }

    // The branch or jump.
    const BlockOp& op = ops[count];
    const std::uint64_t link = way.guess.pc + op.length;
    const BlockStep step = execute_in_block(core, data_, block, op);
    const bool redirects = step.result == BlockStep::Result::redirects;
    if ((redirects ? step.target : link) != way.guess.next || redirects != way.guess.takes) {
      // A fetch in two lines is dropped, and what is in the memory stage does not wait for it.
      const std::uint64_t now = base + block.steps[count - 1].cycle - ops[count - 1].stalled;
      if (wanted == Retirements::regions) {
        events_.stay(block.region, Cycle(now));
      } else if (wanted == Retirements::all) {
        last->cycle = Cycle(now);
      }
      stages_.retired += count;
      leave_executed(way, count - 1, touched, now);
      return true;
    }
    correct_path_->leave_fetch(way.guess);
    correct_path_->leave_execute(way.guess, link);
    Way on;
    on.block = way.next;
    on.before = way.guess;
    if (on.block->closed) {
      on.guess = correct_path_->guess(*on.block, &way.guess);
      enter_closed(on, *on.block);
    }
    const bool stops = on.block->closed && on.next == nullptr && on.block->unpredicted < 0;
    stages_.retired += count;
    const unsigned retires = block.steps[count].cycle;
    if (stops || !needs<wanted>() || base + retires + on.block->cycles > end) {
      if (wanted == Retirements::regions) publish_stay(block, count, false, base);
      leave_predicted(way, count, touched, base + retires - op.stalled);
      return true;
    }
    if (wanted == Retirements::regions) publish_stay(block, count + 1, false, base);
    touch_lines(block, touched, static_cast<unsigned>(block.lines.size()));
    if (redirects) core.write_x(op.rd, link);
    ++stages_.retired;
    base += retires;
    if (wanted == Retirements::all) publish(block, count, 0, nullptr, base);
    correct_path_->leave_memory(way.guess);
    way = on;
    first_block = false;
  }
}

/// As leave_predicted, with the rest of the instruction's last cycle, in which it has retired.
void FastPath::leave_executed(const Way& way, std::size_t index, unsigned touched,
                              std::uint64_t now) {
  leave_predicted(way, index, touched, now);
  const std::size_t size = way.block->instructions.size();
  const std::size_t fetch = index + (way.block->arrivals[index].waited ? 2 : 3);
  complete_cycle<true>(fetch < size ? slot_of(*way.block, fetch)
                                    : slot_of(*way.next, fetch - size));
}

}  // namespace cyclevisor
