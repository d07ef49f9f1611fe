#include "models/engines/blocks/micro_op.hpp"

#include <algorithm>

#include "models/engines/stepped/hazards.hpp"
#include "models/hart/execute/execute.hpp"
#include "models/hart/isa/decode.hpp"

namespace cyclevisor {
namespace {

MicroOp::Group group_of(const StageRegister& latch) {
  if (!latch.valid) return MicroOp::Group::bubble;
  if (!latch.legal) return MicroOp::Group::other;
  switch (latch.instruction_class()) {
    case InstructionClass::alu:
      return MicroOp::Group::alu;
    case InstructionClass::multiply:
      return MicroOp::Group::multiply;
    case InstructionClass::divide:
      return MicroOp::Group::divide;
    case InstructionClass::branch:
      return MicroOp::Group::branch;
    case InstructionClass::jump:
      return MicroOp::Group::jump;
    case InstructionClass::load:
      return is_guest_access(latch.instruction.operation) ? MicroOp::Group::other
                                                          : MicroOp::Group::load;
    case InstructionClass::store:
      return is_guest_access(latch.instruction.operation) ? MicroOp::Group::other
                                                          : MicroOp::Group::store;
    default:
      return MicroOp::Group::other;
  }
}

StageRegister decoded(std::uint32_t bits, const ExtensionSet& extensions) {
  StageRegister latch;
  latch.valid = true;
  latch.bits = bits;
  if (const auto instruction = decode(bits, extensions)) {
    latch.instruction = *instruction;
  } else {
    latch.legal = false;
    latch.instruction.raw = latch.instruction.expanded = bits;
    latch.instruction.length = is_longer_than_16_bits(bits) ? 4 : 2;
  }
  return latch;
}

}  // namespace

MicroOp::MicroOp(const StageRegister& latch)
    : instruction(latch.instruction),
      group(group_of(latch)),
      valid(latch.valid),
      legal(latch.legal),
      kind(SteadyPredictor::bits_of(control_kind(latch))) {
  const MemoryOperation operation = memory_operation(latch);
  writes_memory = operation.writes;
  reads_memory = operation.reads;
  bytes = static_cast<std::uint8_t>(operation.bytes);
  if (latch.valid && result_is_late(instruction.instruction_class)) late_rd = instruction.rd;
  const auto field = [this](unsigned low) {
    return std::uint32_t{1} << ((instruction.expanded >> low) & 31);
  };
  // No instruction waits for x0.
  compared = (field(15) | field(20)) & ~std::uint32_t{1};
}

const MicroOp MicroOps::bubble_{StageRegister::bubble(0)};

const MicroOp* MicroOps::find_uncached(std::uint64_t pc, std::uint32_t bits) {
  auto found = by_bits_.find(bits);
  if (found == by_bits_.end()) {
    const StageRegister latch = decoded(bits, extensions_);
    all_.emplace_back(latch);
    found = by_bits_.emplace(bits, &all_.back()).first;
  }
  by_pc_[(pc >> 1) % slot_count] = found->second;
  return found->second;
}

bool MicroOps::trim() {
  if (all_.size() < limit) return false;
  std::fill(by_pc_.begin(), by_pc_.end(), nullptr);
  by_bits_.clear();
  all_.clear();
  return true;
}

}  // namespace cyclevisor
