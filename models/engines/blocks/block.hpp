// Straight-line code whose cycles are known in advance.
//
// The cycle in which each instruction retires depends on the instructions alone, as long as their
// fetches hit and their data accesses take one cycle: on hazards between neighbours, and on
// instructions that straddle two lines. A block stores these cycles. It also stores the state of
// the pipeline each time an instruction arrives in the memory stage, so that it can be left there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/engines/blocks/micro_op.hpp"
#include "models/probe/code_region.hpp"

namespace cyclevisor {

/// An instruction of a block, with everything its execution needs in one place.
struct BlockOp {
  /// lui, auipc: the result; branch, jal: the target; otherwise the immediate.
  std::uint64_t immediate = 0;
  std::uint32_t raw = 0;
  std::uint8_t stalled = 0;  ///< memory-stage cycles before the one in which it retires
  std::uint8_t lines = 0;    ///< number of the block's lines that decode has received by then
  Operation operation = Operation::addi;
  std::uint8_t rd = 0, rs1 = 0, rs2 = 0;
  std::uint8_t length = 0;
};

/// Contents of E and D when the instruction before a block is in M.
enum class BlockFront : std::uint8_t {
  empty,  ///< nothing: that instruction has redirected the fetch. The block goes on behind branches
          ///< that are not taken, and ends with a jump.
  full,   ///< the block's first two instructions: the fetch has been predicted. The block ends with
          ///< the first branch or jump.
};

/// Which of three instructions straddle two lines: bit 0 is the first one.
using StraddlingHead = std::uint8_t;

struct Block {
  std::uint64_t pc = 0;
  std::uint64_t physical_pc = 0;

  /// What can be executed. Cycles count from the one in which the instruction before the block
  /// retires; after a redirect, the block's first instruction is fetched in that cycle.
  std::vector<BlockOp> ops;
  struct Step {
    std::uint16_t offset = 0;  ///< bytes from the block's first instruction
    std::uint16_t cycle = 0;   ///< in which the instruction retires
  };
  std::vector<Step> steps;  ///< one for each of `ops`
  /// Cycles from there to the end of the block.
  unsigned cycles = 0;
  /// The same instructions, and those after them that are fetched meanwhile.
  struct Fetched {
    const MicroOp* op;
    std::uint16_t offset;
  };
  std::vector<Fetched> instructions;
  /// The pipeline when an instruction has just arrived in M: the next ones are in E, D and F, or in
  /// D and F if decode waited.
  struct Arrival {
    std::uint16_t cycle = 0;
    std::uint8_t lines = 0;  ///< as in BlockOp; for a branch, if it is not taken
    bool waited = false;
    bool second_half = false;  ///< F already holds the first half of its instruction
  };
  std::vector<Arrival> arrivals;  ///< one for each of `ops`, and one for the instruction after them

  /// With a full front: which of the first three straddle. The block before fetches them, which
  /// then takes longer.
  StraddlingHead head = 0;
  /// With a full front: the block ends with a branch or jump.
  bool closed = false;
  /// Index of the last arrival at which the closing branch has not been predicted yet; -1: none.
  int unpredicted = -1;

  /// Where the bytes come from. Without an instruction cache: one piece of memory.
  struct Line {
    std::uint64_t physical = 0;  ///< first byte of the whole line
    unsigned first = 0;          ///< offset in the line of the block's first byte there
    unsigned count = 0;
    unsigned way = 0;
  };
  std::vector<Line> lines;
  std::vector<std::byte> bytes;
  std::uint64_t tlb_entries = 0;
  /// The epoch in which all of this was last verified, and the epoch in which the bytes were.
  std::uint64_t epoch = 0;
  std::uint64_t lines_epoch = 0;
  /// Number of the region that contains all of `ops`, or one of these two values.
  mutable CodeRegion::Number region = unknown_region;
  static constexpr CodeRegion::Number several_regions = CodeRegion::max_number;
  static constexpr CodeRegion::Number unknown_region = CodeRegion::max_number + 1;
  /// Generation of the branch target buffer in which it was last verified to hold exactly this
  /// block's branch or jump.
  std::uint64_t targets_generation = 0;

  const Instruction& instruction(const BlockOp& op) const {
    return instructions[static_cast<std::size_t>(&op - ops.data())].op->instruction;
  }
  std::uint64_t pc_of(std::size_t index) const { return pc + instructions[index].offset; }
  /// The same block with the cycles that apply when a block with that head follows.
  const Block& variant_before(StraddlingHead next, std::uint64_t line_bytes) const;
  /// A line of `lines` was found in this way of the cache.
  void found(Line& line, unsigned way) {
    if (line.way == way) return;
    line.way = way;
    variants_ = {};
  }
  /// Number of lines up to the one that holds the last byte of an instruction.
  std::uint8_t lines_to(std::size_t index) const;

 private:
  mutable std::array<std::unique_ptr<Block>, 8> variants_;  ///< made on first use
};

/// Computes the cycles of a block whose `instructions` and `lines` are known: fills in `ops`,
/// `steps`, `arrivals`, `cycles`, `head`, `closed` and `unpredicted`. Empty `ops` mean that nothing
/// is known about the code there. `next` is the head of the block that follows, for a closed block
/// with a full front.
void schedule(Block& block, BlockFront front, std::uint64_t line_bytes, StraddlingHead next = 0);

}  // namespace cyclevisor
