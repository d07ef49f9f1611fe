// A decoded instruction with what the fast path asks about it in every cycle, worked out once.
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
  /// What the fast path does with it in the memory stage.
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
  /// Of one that accesses memory.
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
  std::uint8_t late_rd = 0;    ///< its destination, if the result comes too late for execute
  std::uint32_t compared = 0;  ///< bit n: register n stands in a field that decode compares
  unsigned kind = 0;           ///< control_kind, as bits of SteadyPredictor
};

/// See must_wait in hazards.hpp.
inline bool must_wait(const MicroOp& decode, const MicroOp& execute) {
  return (decode.compared >> execute.late_rd & 1) != 0 ||
         (execute.writes_memory && decode.reads_memory);
}

/// All instructions that have been met. What an instruction does depends on its bits alone; the
/// place where it was found last makes finding it again fast.
class MicroOps {
 public:
  explicit MicroOps(ExtensionSet extensions) : extensions_(extensions), places_(place_count) {}

  /// `bits` as fetched: a compressed instruction with the upper half 0. Stays valid until `trim`.
  const MicroOp* find(std::uint64_t pc, std::uint32_t bits) {
    const MicroOp* op = places_[(pc >> 1) % place_count];
    return op != nullptr && op->instruction.raw == bits ? op : find_slowly(pc, bits);
  }
  static const MicroOp* bubble() { return &bubble_; }

  /// Forgets everything when it has become too much: true, and nobody may hold an instruction.
  bool trim();

 private:
  static const MicroOp bubble_;
  static constexpr std::size_t place_count = 16384;
  static constexpr std::size_t limit = 1 << 18;
  const MicroOp* find_slowly(std::uint64_t pc, std::uint32_t bits);

  ExtensionSet extensions_;
  std::vector<const MicroOp*> places_;
  std::unordered_map<std::uint32_t, const MicroOp*> by_bits_;
  std::deque<MicroOp> all_;
};

}  // namespace cyclevisor
