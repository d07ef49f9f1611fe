// Blocks without a predictor: one step per instruction instead of one per cycle.
#include "models/engines/blocks/block_step.hpp"
#include "models/engines/blocks/fast_path.hpp"

namespace cyclevisor {

FastPath::Slot FastPath::slot_of(const Block& block, std::size_t index) {
  const Block::Fetched& fetched = block.instructions[index];
  return {fetched.op, block.pc + fetched.offset,
          PhysicalAddress(block.physical_pc + fetched.offset)};
}

unsigned FastPath::touch_lines(const Block& block, unsigned touched, unsigned count) {
  for (; touched < count; ++touched) {
    fetch_.touch(block.lines[touched].physical, block.lines[touched].way);
  }
  return touched;
}

/// Leaves the block at the cycle `now` in which instruction `index` arrives in M. `next` is the
/// block that follows, or null if none of it has been fetched. `touched` lines of the block have
/// been touched.
void FastPath::leave_block(const Block& block, const Block* next, std::size_t index,
                           unsigned touched, std::uint64_t now) {
  const Block::Arrival& arrival = block.arrivals[index];
  const std::size_t size = block.instructions.size();
  const auto slot = [&](std::size_t wanted) {
    return wanted < size ? slot_of(block, wanted) : slot_of(*next, wanted - size);
  };
  const std::size_t decode = index + (arrival.waited ? 1 : 2);
  touch_lines(block, touched, arrival.lines);
  if (decode >= size) touch_lines(*next, 0, next->lines_to(decode - size));
  stages_.memory = slot(index);
  stages_.decode = slot(decode);
  stages_.execute = arrival.waited ? bubble_at(stages_.decode.pc) : slot(index + 1);
  const bool ends = decode + 1 == size && next == nullptr;
  stages_.pc =
      ends ? stages_.decode.pc + stages_.decode.op->instruction.length : slot(decode + 1).pc;
  stages_.now = now;
  stages_.behind = stages_.memory.pc;
  stages_.redirected = false;
  second_half_ = arrival.second_half;
  if (second_half_) {
    const Slot half = slot(decode + 1);
    // Its first half may come from a line that holds no other instruction.
    if (decode + 1 >= size) touch_lines(*next, 0, next->lines_to(decode + 1 - size) - 1u);
    first_half_ = static_cast<std::uint16_t>(half.op->instruction.raw);
    first_physical_ = half.physical_pc;
  }
}

/// Stall cycles of an access that needs more than `DataWindow::quick`. Nothing is returned, and
/// nothing done, if the stepped pipeline has to make the access.
std::optional<unsigned> FastPath::access_in_block(const Block& block, std::size_t index,
                                                  std::uint64_t address, std::uint64_t cycles_left,
                                                  std::byte*& host) {
  const MicroOp& op = *block.instructions[index].op;
  DataWindow::Access access;
  if (!data_.find(address, op.bytes, op.access_type(), access) || access.watched) {
    return std::nullopt;
  }
  // If the fetch stalls as well, the two stalls may overlap.
  if (block.ops[index].stalled != 0 || block.arrivals[index].second_half) return std::nullopt;
  const unsigned stall = access.hits ? 0 : data_.miss_cycles(access, op.access_type());
  if (stall != 0 && (!stalls_are_known_ || stall > cycles_left)) return std::nullopt;
  data_.complete(access, op.access_type(), 1 + stall);
  host = access.host;
  return stall;
}

bool FastPath::run_blocks(std::uint64_t end) {
  if (!is_empty_behind_memory(stages_)) return false;
  const Block* block = find_block(stages_.pc);
  if (block == nullptr || stages_.now + block->cycles > end) return false;
  switch (events_.wanted()) {
    case Retirements::all:
      return run_blocks<Retirements::all>(block, end);
    case Retirements::regions:
      return run_blocks<Retirements::regions>(block, end);
    default:
      return run_blocks<Retirements::none>(block, end);
  }
}

template <Retirements wanted>
bool FastPath::run_blocks(const Block* block, std::uint64_t end) {
  Core& core = core_;
  std::uint64_t base = stages_.now;
  Slot redirecting = stages_.memory;
  bool is_told = wanted == Retirements::none;
  bool visit_is_open =
      false;  ///< the visit that ends with the redirecting instruction continues in this block

enter:
  // The redirecting instruction retires in the cycle in which the block's first one is fetched.
  if (redirecting.op->valid) {
    execute_op(core, *redirecting.op, redirecting.pc, nullptr);
    ++stages_.retired;
    if (!is_told) publish(redirecting, 0, nullptr, base);
  }
  const BlockOp* const first = block->ops.data();
  const BlockOp* const last = first + block->ops.size();
  unsigned touched = 0;
  for (const BlockOp* at = first; at != last; ++at) {
    const BlockOp& op = *at;
    if (touched < op.lines) touched = touch_lines(*block, touched, op.lines);
    const BlockStep step = execute_in_block(core, data_, *block, op);
    if (step.result == BlockStep::Result::redirects) {
      const auto index = static_cast<std::size_t>(at - first);
      const Block& left = *block;
      redirecting = slot_of(left, index);
      const std::uint64_t now = base + left.steps[index].cycle - op.stalled;
      block = find_block(step.target);
      const bool goes_on = block != nullptr && now + block->cycles <= end && needs<wanted>();
      if (wanted == Retirements::regions) {
        if (goes_on) {
          visit_is_open = left.region == block->region;
          if (!visit_is_open) events_.visit(left.region, Cycle(now));
        } else {
          publish_visit(left, index, visit_is_open, base);
        }
        is_told = true;
      }
      stages_.retired += index;
      base = now;
      if (goes_on) goto enter;
      stages_.memory = redirecting;
      stages_.execute = bubble_at(redirecting.pc + redirecting.op->instruction.length);
      stages_.decode = bubble_at(0);
      stages_.pc = step.target;
      stages_.now = base;
      stages_.behind = redirecting.pc;
      return true;
    }
    std::byte* host = step.host;
    if (step.result == BlockStep::Result::needs_slow_access) {
      const auto index = static_cast<std::size_t>(at - first);
      std::byte* found = nullptr;
      const auto stall =
          access_in_block(*block, index, step.address, end - base - block->cycles, found);
      if (!stall) {
        if (wanted == Retirements::regions) publish_visit(*block, index, visit_is_open, base);
        stages_.retired += index;
        leave_block(*block, nullptr, index, touched, base + block->steps[index].cycle - op.stalled);
        return true;
      }
      base += *stall;
      execute_op(core, *block->instructions[index].op, 0, found);
      host = found;
    }
    if (wanted == Retirements::all) {
      const auto index = static_cast<std::size_t>(at - first);
      publish(*block, index, step.address, host, base + block->steps[index].cycle);
    }
  }
  const std::size_t count = block->ops.size();
  if (wanted == Retirements::regions) publish_visit(*block, count, visit_is_open, base);
  stages_.retired += count;
  leave_block(*block, nullptr, count, touched, base + block->arrivals[count].cycle);
  return true;
}

}  // namespace cyclevisor
