// Block chaining with a predictor: from block to block as long as the predictions are correct.
#include "models/engines/blocks/block_step.hpp"
#include "models/engines/blocks/fast_path.hpp"

namespace cyclevisor {

/// Whether the block's first instruction is in M and D and E hold what the block expects.
bool FastPath::is_positioned_at(const Block& block) const {
  const Block::Arrival& arrival = block.arrivals[0];
  const std::size_t decode = arrival.waited ? 1 : 2;
  if (second_half_ || arrival.second_half || decode >= block.instructions.size()) return false;
  // Compare the bits too: memory may have changed since the instructions were fetched.
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

/// Sets up the chain for a block that ends with a predicted branch or jump.
void FastPath::enter_closed(Chain& chain, const Block& block) {
  chain.block = &block;
  chain.next = find_block(chain.prediction.next);
  if (chain.next == nullptr) return;
  const BlockOp& last = block.ops.back();
  // Whether it is taken or not, such a branch never redirects, so a straddling fetch is not
  // dropped.
  const bool falls_through = last.operation != Operation::jal &&
                             last.operation != Operation::jalr &&
                             last.immediate == chain.prediction.pc + last.length;
  if (correct_path_->shares_target(block, *chain.next) ||
      (falls_through && chain.next->head != 0)) {
    chain.next = nullptr;
  } else {
    chain.block = &block.variant_before(chain.next->head, fetch_.undivided_bytes());
  }
}

/// Leaves a block. `chain` holds the predictions of the branches and jumps that end the block
/// before, this one and the next.
void FastPath::leave_predicted(const Chain& chain, std::size_t index, unsigned touched,
                               std::uint64_t now) {
  const Block& block = *chain.block;
  const std::size_t last = block.instructions.size() - 1;
  leave_block(block, chain.next, index, touched, now);
  const Block::Arrival& arrival = block.arrivals[index];
  const std::size_t decode = index + (arrival.waited ? 1 : 2);
  const auto prediction_at = [&](std::size_t i) {
    return block.closed && i == last ? &chain.prediction : nullptr;
  };
  CorrectPath::Stages stages;
  stages.decode = {stages_.decode.pc, prediction_at(decode)};
  stages.execute = {stages_.execute.pc, arrival.waited ? nullptr : prediction_at(index + 1)};
  stages.memory = {stages_.memory.pc, prediction_at(index)};
  if (index == 0) {
    stages.writeback = {chain.before.pc, &chain.before};
  } else {
    const bool follows = block.steps[index - 1].cycle + 1u == arrival.cycle;
    stages.writeback = {block.pc_of(follows ? index - 1 : index), nullptr};
  }
  stages.fetch_pc = stages_.pc;
  correct_path_->hand_back(stages);
  // A predicted return has already popped its address.
  const bool is_return_fetched = block.closed && chain.next != nullptr && decode + 1 > last;
  if (is_return_fetched && index < last) correct_path_->leave_fetch(chain.prediction);
}

bool FastPath::run_predicted_blocks(std::uint64_t end) {
  Chain chain;
  chain.block = find_block(stages_.memory.pc);
  if (chain.block == nullptr || !is_positioned_at(*chain.block)) return false;
  if (!correct_path_->can_chain()) return false;
  if (chain.block->closed) {
    const bool is_predicted = chain.block->unpredicted < 0;
    chain.prediction = is_predicted ? correct_path_->prediction_in_decode(*chain.block, stages_.pc)
                                    : correct_path_->predict(*chain.block, nullptr);
    // The effect of a predicted return on the stack has already taken place.
    if (is_predicted && chain.prediction.is_return()) return false;
    enter_closed(chain, *chain.block);
    if (is_predicted && chain.next == nullptr) return false;
  }
  const std::uint64_t base = stages_.now - chain.block->arrivals[0].cycle;
  if (base + chain.block->cycles > end) return false;
  switch (events_.wanted()) {
    case Retirements::all:
      return run_predicted_blocks<Retirements::all>(chain, base, end);
    case Retirements::regions:
      return run_predicted_blocks<Retirements::regions>(chain, base, end);
    default:
      return run_predicted_blocks<Retirements::none>(chain, base, end);
  }
}

template <Retirements wanted>
bool FastPath::run_predicted_blocks(Chain& chain, std::uint64_t base, std::uint64_t end) {
  Core& core = core_;
  bool first_block = true;
  while (true) {
    const Block& block = *chain.block;
    const BlockOp* const ops = block.ops.data();
    std::size_t count = block.ops.size();
    if (chain.next != nullptr) {
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
      if (step.result == BlockStep::Result::needs_slow_access) {
        std::optional<unsigned> stall = access_in_block(
            block, index, step.address,
            index + 2 < block.instructions.size() ? end - base - block.cycles : 0, step.host);
        if (!stall) {
          if (first_block && index == 0) return false;
          if (wanted == Retirements::regions) publish_visit(block, index, false, base);
          stages_.retired += index;
          leave_predicted(chain, index, touched, base + block.steps[index].cycle - op.stalled);
          return true;
        }
        base += *stall;
        execute_op(core, *block.instructions[index].op, 0, step.host);
      }
      if (wanted == Retirements::all) {
        last = &publish(block, index, step.address, step.host, base + block.steps[index].cycle);
      }
    }
    if (chain.next == nullptr) {
      if (first_block && count == 0) return false;
      if (wanted == Retirements::regions) publish_visit(block, count, false, base);
      stages_.retired += count;
      leave_predicted(chain, count, touched, base + block.arrivals[count].cycle);
      return true;
    }

    // The branch or jump.
    const BlockOp& op = ops[count];
    const std::uint64_t link = chain.prediction.pc + op.length;
    const BlockStep step = execute_in_block(core, data_, block, op);
    const bool redirects = step.result == BlockStep::Result::redirects;
    if ((redirects ? step.target : link) != chain.prediction.next ||
        redirects != chain.prediction.takes) {
      // A straddling fetch is dropped, and the instruction in M does not wait for it.
      const std::uint64_t now = base + block.steps[count - 1].cycle - ops[count - 1].stalled;
      if (wanted == Retirements::regions) {
        events_.visit(block.region, Cycle(now));
      } else if (wanted == Retirements::all) {
        last->cycle = Cycle(now);
      }
      stages_.retired += count;
      leave_executed(chain, count - 1, touched, now);
      return true;
    }
    correct_path_->leave_fetch(chain.prediction);
    correct_path_->leave_execute(chain.prediction, link);
    Chain on;
    on.block = chain.next;
    on.before = chain.prediction;
    if (on.block->closed) {
      on.prediction = correct_path_->predict(*on.block, &chain.prediction);
      enter_closed(on, *on.block);
    }
    const bool stops = on.block->closed && on.next == nullptr && on.block->unpredicted < 0;
    stages_.retired += count;
    const unsigned retires = block.steps[count].cycle;
    if (stops || !needs<wanted>() || base + retires + on.block->cycles > end) {
      if (wanted == Retirements::regions) publish_visit(block, count, false, base);
      leave_predicted(chain, count, touched, base + retires - op.stalled);
      return true;
    }
    if (wanted == Retirements::regions) publish_visit(block, count + 1, false, base);
    touch_lines(block, touched, static_cast<unsigned>(block.lines.size()));
    if (redirects) core.write_x(op.rd, link);
    ++stages_.retired;
    base += retires;
    if (wanted == Retirements::all) publish(block, count, 0, nullptr, base);
    correct_path_->leave_memory(chain.prediction);
    chain = on;
    first_block = false;
  }
}

/// As leave_predicted, but also completes the cycle in which the instruction retires.
void FastPath::leave_executed(const Chain& chain, std::size_t index, unsigned touched,
                              std::uint64_t now) {
  leave_predicted(chain, index, touched, now);
  const std::size_t size = chain.block->instructions.size();
  const std::size_t fetch = index + (chain.block->arrivals[index].waited ? 2 : 3);
  complete_cycle<true>(fetch < size ? slot_of(*chain.block, fetch)
                                    : slot_of(*chain.next, fetch - size));
}

}  // namespace cyclevisor
