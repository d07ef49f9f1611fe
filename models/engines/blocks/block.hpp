// Straight-line code whose cycles are known beforehand.
//
// In which cycle each instruction retires depends on the instructions alone, as long as their
// fetches hit and their data take no more than a cycle: on hazards between neighbours and on
// instructions that lie in two lines. A block has these cycles worked out, and how the pipeline
// stands whenever an instruction gets to the memory stage, so that it can be left there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/engines/blocks/micro_op.hpp"
#include "models/probe/code_region.hpp"

namespace cyclevisor {

/// An instruction of a block, with what executing it needs side by side.
struct BlockOp {
  /// lui, auipc: the result; branch, jal: the target; else the immediate.
  std::uint64_t immediate = 0;
  std::uint32_t raw = 0;
  std::uint8_t stalled = 0;  ///< memory-stage cycles before that one
  std::uint8_t lines = 0;    ///< how many of the block's lines decode has been handed by then
  Operation operation = Operation::addi;
  std::uint8_t rd = 0, rs1 = 0, rs2 = 0;
  std::uint8_t length = 0;
};

/// What is in E and D when the instruction before a block is in the memory stage.
enum class BlockFront : std::uint8_t {
  empty,  ///< nothing: that instruction has redirected the fetch. The block goes on behind branches
          ///< that are not taken, and ends with a jump.
  full,   ///< the block's first two instructions: the fetch has been predicted. The block ends with
          ///< the first branch or jump.
};

/// Which of three instructions lie in two lines: bit 0 the first one.
using DividedHead = std::uint8_t;

struct Block {
  std::uint64_t pc = 0;
  std::uint64_t physical_pc = 0;

  /// What can be executed. Cycles count from the one in which the instruction before the block
  /// retires; behind a redirect the block's first one is fetched then.
  std::vector<BlockOp> ops;
  struct Step {
    std::uint16_t place = 0;  ///< bytes from the block's first instruction
    std::uint16_t cycle = 0;  ///< in which it retires
  };
  std::vector<Step> steps;  ///< one for each of `ops`
  /// Cycles from there until the block is left at its end.
  unsigned cycles = 0;
  /// The same instructions and those behind them that are fetched meanwhile.
  struct Fetched {
    const MicroOp* op;
    std::uint16_t place;
  };
  std::vector<Fetched> instructions;
  /// Where the pipeline stands when an instruction has just got to the memory stage: the next ones
  /// are in E, D and F; or in D and F, if decode waited.
  struct Arrival {
    std::uint16_t cycle = 0;
    std::uint8_t lines = 0;  ///< as in BlockOp; of a branch if it is not taken
    bool waited = false;
    bool second_half = false;  ///< F has the first half of its instruction already
  };
  std::vector<Arrival> arrivals;  ///< one for each of `ops`, and for the one behind

  /// With a full front: the first three are fetched by the block before, which takes longer then.
  DividedHead head = 0;
  /// With a full front: ends with a branch or jump.
  bool closed = false;
  /// The last of `arrivals` before which that has not been predicted yet; none: -1.
  int unpredicted = -1;

  /// Where the bytes come from. Without an instruction cache a single piece of memory.
  struct Line {
    std::uint64_t physical = 0;  ///< of the whole line
    unsigned first = 0;          ///< the block's bytes in it: from this of the line on
    unsigned count = 0;
    unsigned way = 0;
  };
  std::vector<Line> lines;
  std::vector<std::byte> bytes;
  std::uint64_t tlb_entries = 0;
  /// In which all of this was last found true, and in which the bytes.
  std::uint64_t epoch = 0;
  std::uint64_t lines_epoch = 0;
  /// The number of the region that has all of `ops`, or one of these.
  mutable CodeRegion::Number region = unknown_region;
  static constexpr CodeRegion::Number several_regions = CodeRegion::max_number;
  static constexpr CodeRegion::Number unknown_region = CodeRegion::max_number + 1;
  /// The branch target buffer's when it was last found to have just this block's branch or jump.
  std::uint64_t targets_generation = 0;

  const Instruction& instruction(const BlockOp& op) const {
    return instructions[static_cast<std::size_t>(&op - ops.data())].op->instruction;
  }
  std::uint64_t pc_of(std::size_t index) const { return pc + instructions[index].place; }
  /// The same block with its cycles when one with that head follows.
  const Block& followed_by(DividedHead next, std::uint64_t line_bytes) const;
  /// One of `lines` has been found in this way of the cache.
  void found(Line& line, unsigned way) {
    if (line.way == way) return;
    line.way = way;
    followed_ = {};
  }
  /// How many lines there are up to the one with the end of an instruction.
  std::uint8_t lines_to(std::size_t index) const;

 private:
  mutable std::array<std::unique_ptr<Block>, 8> followed_;  ///< made when they are asked for
};

/// Works out the cycles of a block whose `instructions` and `lines` are known: fills in `ops`,
/// `steps`, `arrivals`, `cycles`, `head`, `closed` and `unpredicted`. No ops: nothing can be said
/// about what is there. `next`: of the block that follows a full front's closed one.
void schedule(Block& block, BlockFront front, std::uint64_t line_bytes, DividedHead next = 0);

}  // namespace cyclevisor
