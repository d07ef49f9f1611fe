// A decoded instruction, with the answers to what the fast path asks in every cycle.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "models/engines/blocks/steady_predictor.hpp"
#include "models/hart/isa/extensions.hpp"
#include "models/hart/isa/instruction.hpp"
#include "models/mmu/access.hpp"
#include "models/timing/stage_registers.hpp"

namespace cyclevisor {

struct MicroOp {
  /// How the fast path handles it in the memory stage.
  enum class Group : std::uint8_t {
    bubble,
    alu,
    multiply,
    divide,
    branch,
    jump,
    load,
    store,
    other,  ///< left to the stepped pipeline
  };

  explicit MicroOp(const StageRegister& latch);

  bool accesses_memory() const { return group == Group::load || group == Group::store; }
  /// Of a load or store.
  AccessType access_type() const {
    return group == Group::load ? AccessType::load : AccessType::store;
  }

  Instruction instruction;
  Group group = Group::other;
  bool valid = false;
  bool legal = false;
  bool writes_memory = false;
  bool reads_memory = false;
  std::uint8_t bytes = 0;      ///< of a load or store
  std::uint8_t late_rd = 0;    ///< its destination, if the result is not available in E
  std::uint32_t compared = 0;  ///< bit n: register n stands in a field that decode compares
  unsigned kind = 0;           ///< control_kind, as bits of SteadyPredictor
};

/// See must_wait in hazards.hpp.
inline bool must_wait(const MicroOp& decode, const MicroOp& execute) {
  return (decode.compared >> execute.late_rd & 1) != 0 ||
         (execute.writes_memory && decode.reads_memory);
}

/// All instructions decoded so far. What an instruction does depends on its bits alone; a table by
/// pc makes the common lookup fast.
class MicroOps {
 public:
  explicit MicroOps(ExtensionSet extensions) : extensions_(extensions), by_pc_(slot_count) {}

  /// `bits` as fetched: a compressed instruction has an upper half of 0. The result is valid until
  /// `trim`.
  const MicroOp* find(std::uint64_t pc, std::uint32_t bits) {
    const MicroOp* op = by_pc_[(pc >> 1) % slot_count];
    return op != nullptr && op->instruction.raw == bits ? op : find_uncached(pc, bits);
  }
  static const MicroOp* bubble() { return &bubble_; }

  /// Drops everything once there are too many instructions: returns true, and all pointers are
  /// void.
  bool trim();

 private:
  static const MicroOp bubble_;
  static constexpr std::size_t slot_count = 16384;
  static constexpr std::size_t limit = 1 << 18;
  const MicroOp* find_uncached(std::uint64_t pc, std::uint32_t bits);

  ExtensionSet extensions_;
  std::vector<const MicroOp*> by_pc_;
  std::unordered_map<std::uint32_t, const MicroOp*> by_bits_;
  std::deque<MicroOp> all_;
};

}  // namespace cyclevisor
