#include "models/engines/blocks/block.hpp"

namespace cyclevisor {
namespace {

BlockOp op_of(const Block& block, std::size_t index) {
  const Block::Fetched& fetched = block.instructions[index];
  const MicroOp& micro = *fetched.op;
  const Instruction& instruction = micro.instruction;
  const std::uint64_t pc = block.pc + fetched.offset;
  BlockOp op;
  op.raw = instruction.raw;
  op.operation = instruction.operation;
  op.rd = instruction.rd;
  op.rs1 = instruction.rs1;
  op.rs2 = instruction.rs2;
  op.length = instruction.length;
  op.immediate = static_cast<std::uint64_t>(instruction.immediate);
  const bool relative = micro.group == MicroOp::Group::branch ||
                        instruction.operation == Operation::jal ||
                        instruction.operation == Operation::auipc;
  if (relative) op.immediate += pc;
  const bool computes =
      micro.group == MicroOp::Group::alu || micro.group == MicroOp::Group::multiply;
  if (computes && op.rd == 0) {
    op.operation = Operation::addi;
    op.rs1 = 0;
    op.immediate = 0;
  }
  return op;
}

/// A pipeline that holds nothing but the block.
class Schedule {
 public:
  Schedule(Block& block, BlockFront front, std::uint64_t line_bytes, StraddlingHead next)
      : block_(block),
        front_(front),
        line_bytes_(line_bytes),
        next_(next),
        size_(block.instructions.size()) {}

  void run() {
    if (front_ == BlockFront::empty) {
      // If the first instruction straddles two lines, the redirect itself waits.
      if (straddles(0)) return;
    } else {
      // The first three are fetched while the instructions before the block are still in the
      // pipeline.
      if (size_ < head_size) return;
      block_.head = 0;
      for (unsigned i = 0; i < head_size; ++i) {
        if (straddles(i)) block_.head = static_cast<StraddlingHead>(block_.head | 1u << i);
      }
      second_half_ = straddles(2);
      block_.closed = is_control(size_ - 1);
      execute_ = 0;
      decode_ = 1;
      fetch_ = 2;
    }
    while (can_go_on()) step();
    if (ended_ && block_.closed) fetch_first_half();
    std::size_t count = arrived_;
    if (!ended_) {
      // The block is left at the last arrival: before an instruction retires, and not in the cycle
      // after a branch has been resolved.
      if (count > 0) --count;
      while (count > 0 && (is_control(count) || (block_.closed && fetched_at(count) >= size_))) {
        --count;
      }
      block_.closed = false;
    }
    block_.ops.resize(count);
    block_.steps.resize(count);
    if (count == 0) return;
    block_.cycles = block_.arrivals[ended_ ? count - 1 : count].cycle;
    if (!block_.closed) return;
    while (block_.unpredicted + 1 < static_cast<int>(count) &&
           fetched_at(static_cast<std::size_t>(block_.unpredicted + 1)) < size_) {
      ++block_.unpredicted;
    }
  }

 private:
  static constexpr std::size_t none = ~std::size_t{0};
  static constexpr unsigned head_size = 3;

  const MicroOp& op(std::size_t index) const { return *block_.instructions[index].op; }
  bool is_jump(std::size_t index) const { return op(index).group == MicroOp::Group::jump; }
  bool is_control(std::size_t index) const {
    return is_jump(index) || op(index).group == MicroOp::Group::branch;
  }
  /// Whether an instruction straddles two cache lines.
  bool straddles(std::size_t index) const {
    if (index >= size_) return (next_ >> (index - size_) & 1) != 0;
    return op(index).instruction.length == 4 &&
           (block_.pc_of(index) & (line_bytes_ - 1)) == line_bytes_ - 2;
  }
  /// The instruction in F when instruction `index` arrives in M.
  std::size_t fetched_at(std::size_t index) const {
    return index + (block_.arrivals[index].waited ? 2 : 3);
  }

  bool can_go_on() const {
    if (ended_ || (fetch_ >= size_ && !block_.closed)) return false;
    if (memory_ != none && op(memory_).group == MicroOp::Group::other) return false;
    if (execute_ == none || execute_ >= size_) return true;
    // The length of a division is not known, nor what a branch does to a stalled fetch, unless the
    // branch is predicted correctly.
    if (op(execute_).group == MicroOp::Group::divide) return false;
    return front_ == BlockFront::full || op(execute_).group != MicroOp::Group::branch ||
           second_half_ || !straddles(fetch_);
  }

  void arrive() {
    Block::Arrival arrival;
    arrival.cycle = static_cast<std::uint16_t>(cycle_);
    arrival.lines = block_.lines_to(decode_);
    arrival.waited = execute_ == none;
    arrival.second_half = second_half_;
    block_.arrivals.push_back(arrival);
    block_.steps.push_back({block_.instructions[memory_].offset, arrival.cycle});
    BlockOp op = op_of(block_, memory_);
    // After a jump or taken branch, F's instruction did not move to decode.
    op.lines = is_control(memory_) ? block_.lines_to(memory_ + 1) : arrival.lines;
    block_.ops.push_back(op);
    ++arrived_;
  }

  /// All stages wait while the first half of a straddling instruction is fetched.
  void fetch_first_half() {
    if (!straddles(fetch_) || second_half_) return;
    if (memory_ != none) {
      ++block_.steps.back().cycle;
      block_.ops.back().stalled = 1;
    }
    ++cycle_;
    second_half_ = true;
  }

  void step() {
    const bool redirects = front_ == BlockFront::empty && execute_ != none && is_jump(execute_);
    if (!redirects) fetch_first_half();
    ++cycle_;
    const bool waits = execute_ < size_ && decode_ < size_ && must_wait(op(decode_), op(execute_));
    memory_ = execute_;
    if (waits) {
      execute_ = none;
    } else {
      execute_ = decode_;
      decode_ = fetch_;
      ++fetch_;
      second_half_ = false;
    }
    if (memory_ == none) return;
    arrive();
    ended_ = redirects || (block_.closed && memory_ + 1 == size_);
  }

  Block& block_;
  BlockFront front_;
  std::uint64_t line_bytes_;
  StraddlingHead next_;
  std::size_t size_;
  unsigned cycle_ = 0;
  std::size_t memory_ = none, execute_ = none, decode_ = none, fetch_ = 0;
  bool second_half_ = false;
  bool ended_ = false;  ///< the block's last instruction is in M
  std::size_t arrived_ = 0;
};

}  // namespace

std::uint8_t Block::lines_to(std::size_t index) const {
  if (index >= instructions.size()) return static_cast<std::uint8_t>(lines.size());
  const Fetched& fetched = instructions[index];
  const std::uint64_t end = physical_pc + fetched.offset + fetched.op->instruction.length - 1;
  std::uint8_t count = 0;
  while (count < lines.size() && lines[count].physical <= end) ++count;
  return count;
}

const Block& Block::variant_before(StraddlingHead next, std::uint64_t line_bytes) const {
  if (next == 0) return *this;
  std::unique_ptr<Block>& made = variants_[next];
  if (made == nullptr) {
    made = std::make_unique<Block>();
    made->pc = pc;
    made->physical_pc = physical_pc;
    made->instructions = instructions;
    made->lines = lines;
    schedule(*made, BlockFront::full, line_bytes, next);
  }
  made->region = region;
  return *made;
}

void schedule(Block& block, BlockFront front, std::uint64_t line_bytes, StraddlingHead next) {
  Schedule(block, front, line_bytes, next).run();
}

}  // namespace cyclevisor
