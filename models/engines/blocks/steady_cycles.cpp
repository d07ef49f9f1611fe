// The fast path cycle by cycle.
#include "models/engines/blocks/execute_op.hpp"
#include "models/engines/blocks/fast_path.hpp"
#include "models/hart/execute/branch.hpp"
#include "models/hart/isa/decode.hpp"

namespace cyclevisor {

bool FastPath::is_empty_behind_memory(const Stages& stages) {
  const auto holds_nothing = [](const Slot& slot) { return !slot.op->valid; };
  const MicroOp& memory = *stages.memory.op;
  return holds_nothing(stages.decode) && holds_nothing(stages.execute) &&
         !memory.accesses_memory() && memory.group != MicroOp::Group::other;
}

bool FastPath::evaluate_memory_stage(MemoryLook& look) {
  const MicroOp& op = *stages_.memory.op;
  look = MemoryLook();
  if (op.group == MicroOp::Group::other) return false;
  look.accesses = op.accesses_memory();
  if (!look.accesses) return true;
  look.type = op.access_type();
  look.address = core_.x[op.instruction.rs1] + static_cast<std::uint64_t>(op.instruction.immediate);
  return data_.find(look.address, op.bytes, look.type, look.access);
}

void FastPath::retire(const MemoryLook& look, unsigned cycles) {
  const Slot& memory = stages_.memory;
  if (!memory.op->valid) return;
  if (look.accesses) data_.complete(look.access, look.type, cycles);
  if (look.access.watched) blocks_.note_store();
  stages_.behind = execute_op(core_, *memory.op, memory.pc, look.access.host);
  ++stages_.retired;
}

template <bool predicts>
[[gnu::always_inline]] inline FastPath::ExecuteOutcome FastPath::evaluate_execute_stage(
    const Stages& stages) const {
  const IntegerRegisters& x = core_.x;
  const MicroOp& op = *stages.execute.op;
  const Instruction& instruction = op.instruction;
  const auto offset = static_cast<std::uint64_t>(instruction.immediate);
  ExecuteOutcome outcome;
  outcome.link = stages.execute.pc + instruction.length;
  outcome.target = stages.execute.pc + offset;
  if (op.group == MicroOp::Group::branch) {
    outcome.taken = branch_taken(instruction.operation, x[instruction.rs1], x[instruction.rs2]);
  } else if (op.group == MicroOp::Group::jump) {
    outcome.taken = true;
    if (instruction.operation == Operation::jalr) {
      outcome.target = (x[instruction.rs1] + offset) & ~std::uint64_t{1};
    }
  }
  if constexpr (predicts) {
    outcome.wrong = op.valid && stages.decode.op->valid && outcome.correct() != stages.decode.pc;
  } else {
    outcome.wrong = outcome.taken;
  }
  return outcome;
}

/// Ends a cycle in which nothing stalls except, possibly, decode. Returns whether F moves on.
/// `fetched` is ignored on a redirect.
template <bool predicts>
[[gnu::always_inline]] inline bool FastPath::advance(Stages& stages, const ExecuteOutcome& outcome,
                                                     const Slot& fetched, DecodeRegister decode) {
  const bool waits = !outcome.wrong && must_wait(*stages.decode.op, *stages.execute.op);
  std::uint64_t next = outcome.correct();
  if constexpr (predicts) {
    SteadyPredictor::Cycle cycle;
    if (!outcome.wrong) {
      cycle.fetched = fetched.op->kind;
      cycle.behind = stages.pc + fetched.op->instruction.length;
    }
    cycle.taken = outcome.taken;
    cycle.wrong = outcome.wrong;
    cycle.waits = waits;
    cycle.decode_cleared = decode == DecodeRegister::cleared;
    cycle.target = outcome.target;
    cycle.link = outcome.link;
    cycle.correct = next;
    next = predictor_.cycle(cycle);
    stages.redirected = outcome.wrong;
  } else if (!outcome.wrong) {
    next = stages.pc + fetched.op->instruction.length;
  }
  stages.memory = stages.execute;
  ++stages.now;
  if (waits || outcome.wrong) {
    stages.execute = bubble_at(stages.decode.pc);
  } else {
    stages.execute = stages.decode;
  }
  if (waits) return false;
  if (outcome.wrong) {
    stages.decode = bubble_at(0);
  } else {
    fetch_.touch();
    stages.decode = fetched;
  }
  stages.pc = next;
  return true;
}

/// Cycles in which nothing stalls except decode.
template <bool predicts>
void FastPath::run_unstalled_cycles(Stages& outer, std::uint64_t end) {
  // A local copy can stay in the host's registers.
  Stages stages = outer;
  Core& core = core_;
  while (stages.now < end) {
    const MicroOp& op = *stages.memory.op;
    std::byte* host = nullptr;
    std::uint64_t address = 0;
    DataWindow::Access access;
    if (op.accesses_memory()) {
      address = core.x[op.instruction.rs1] + static_cast<std::uint64_t>(op.instruction.immediate);
      host = data_.quick(address, op.bytes, op.access_type());
      if (host == nullptr) {
        // The access changes state: the line is not the set's most recent one, becomes dirty, or
        // the like.
        if (!data_.find(address, op.bytes, op.access_type(), access) || !access.hits) break;
      }
    } else if (op.group == MicroOp::Group::other) {
      break;
    }
    if (stages.execute.op->group == MicroOp::Group::divide) break;
    if (fetch_.look(stages.pc) != FetchWindow::Look::hits) break;
    std::uint32_t bits = fetch_.bits(stages.pc);
    if (!is_longer_than_16_bits(bits)) {
      bits &= 0xffff;
    } else if (fetch_.is_last_half(stages.pc)) {
      break;
    }
    const Slot fetched{ops_.find(stages.pc, bits), stages.pc, fetch_.physical(stages.pc)};
    fetch_.mark(1);

    if (access.hits) {
      data_.complete(access, op.access_type(), 1);
      if (access.watched) blocks_.note_store();
      host = access.host;
    }
    if (op.valid) {
      stages.behind = execute_op(core, op, stages.memory.pc, host);
      ++stages.retired;
      if (events_.wanted() != Retirements::none) publish(stages.memory, address, host, stages.now);
    }
    const ExecuteOutcome outcome = evaluate_execute_stage<predicts>(stages);
    advance<predicts>(stages, outcome, fetched, DecodeRegister::holds);
    const bool begins_block = predicts ? op.kind != 0 : outcome.wrong;
    if (begins_block && stages.now < end) {
      outer = stages;
      if (predicts ? run_predicted_blocks(end) : run_blocks(end)) {
        stages = outer;
        if (second_half_) break;
      }
    }
  }
  outer = stages;
}

template <bool predicts>
void FastPath::run_steady_cycles(std::uint64_t end) {
  // A stall is begun only if it can be completed.
  constexpr std::uint64_t longest_stall = 128;
  do {
    if (!predicts && !second_half_ && !division_done_) run_blocks(end);
    if (!second_half_ && !division_done_) run_unstalled_cycles<predicts>(stages_, end);
  } while (stages_.now + longest_stall < end && run_stalls<predicts>());
}

/// The cycles that one instruction spends in M while something stalls. False, with nothing done, if
/// the stepped pipeline has to handle them.
template <bool predicts>
bool FastPath::run_stalls() {
  MemoryLook look;
  if (!evaluate_memory_stage(look)) return false;
  if (stages_.execute.op->group == MicroOp::Group::divide && !division_done_) {
    return run_division<predicts>(look);
  }
  const unsigned memory_stall =
      look.accesses && !look.access.hits ? data_.miss_cycles(look.access, look.type) : 0;
  const std::uint64_t pc = stages_.pc;
  const std::uint64_t address = second_half_ ? pc + 2 : pc;
  const auto fetch_look = fetch_.look(address);
  if (fetch_look == FetchWindow::Look::elsewhere) return false;
  const bool misses = fetch_look == FetchWindow::Look::misses;
  if (second_half_ && memory_stall != 0) return false;
  if ((misses || memory_stall != 0) && !stalls_are_known_) return false;
  if (misses && (memory_stall != 0 || second_half_ || fetch_.is_last_half(pc))) return false;

  const std::uint32_t bits = misses ? 0 : fetch_.bits(address);
  const bool begins_second_half =
      !misses && !second_half_ && fetch_.is_last_half(pc) && is_longer_than_16_bits(bits);
  if (begins_second_half && (fetch_.sees_stores() || !fetch_.next_line_hits())) return false;
  // Without a cache, the fetch sees memory as it is before the store that is about to retire.
  const Slot seen = misses || begins_second_half ? Slot() : fetched();

  const Slot retiring = stages_.memory;
  retire(look, 1 + memory_stall);
  const ExecuteOutcome outcome = evaluate_execute_stage<predicts>(stages_);
  unsigned stall = memory_stall;
  if (outcome.wrong) {
    // The fetch is dropped; its first half may have been fetched repeatedly.
    fetch_.mark(1 + stall);
  } else if (begins_second_half) {
    fetch_.mark(1);
    fetch_.touch();
    first_half_ = static_cast<std::uint16_t>(bits);
    first_physical_ = fetch_.physical(pc);
    second_half_ = true;
    fetch_.look(pc + 2);
    // The first half takes a cycle of its own, unless everything stalls anyway.
    if (stall == 0) stall = 1;
    fetch_.mark(stall);
  } else if (misses) {
    stall = fetch_.miss_cycles();
    fetch_.mark(1 + stall);
    fetch_.fill(pc);
    blocks_.refresh();
  } else {
    fetch_.mark(1 + stall);
  }
  // The instruction in M waits as well, and looks up its translation in each cycle.
  if (look.accesses && stall > memory_stall) data_.mark(look.access, stall - memory_stall);
  stages_.now += stall;
  publish(retiring, look.address, look.access.host, stages_.now);
  const bool moves = advance<predicts>(
      stages_, outcome, seen.op == nullptr && !outcome.wrong ? fetched() : seen,
      memory_stall != 0 && outcome.wrong ? DecodeRegister::cleared : DecodeRegister::holds);
  if (moves) second_half_ = false;
  division_done_ = false;
  return true;
}

/// The instruction in F, whose line is in the window.
FastPath::Slot FastPath::fetched() {
  const std::uint64_t pc = stages_.pc;
  if (second_half_) {
    return {ops_.find(pc, fetch_.bits(pc + 2) << 16 | first_half_), pc, first_physical_};
  }
  const std::uint32_t bits = fetch_.bits(pc);
  return {ops_.find(pc, is_longer_than_16_bits(bits) ? bits : bits & 0xffff), pc,
          fetch_.physical(pc)};
}

/// The cycles of a division except its last.
template <bool predicts>
bool FastPath::run_division(const MemoryLook& look) {
  if (look.accesses && !look.access.hits) return false;
  const std::uint64_t pc = stages_.pc;
  if (fetch_.look(second_half_ ? pc + 2 : pc) != FetchWindow::Look::hits) return false;
  // First halves are fetched, and wrong paths found, during the division.
  if (!second_half_ && fetch_.is_last_half(pc)) return false;
  const Slot& execute = stages_.execute;
  const Instruction& instruction = execute.op->instruction;
  if (predicts && stages_.decode.op->valid &&
      stages_.decode.pc != execute.pc + instruction.length) {
    return false;
  }
  const Slot retiring = stages_.memory;
  retire(look, 1);
  publish(retiring, look.address, look.access.host, stages_.now);
  const unsigned cycles = state_.divider.cycles(instruction, core_.x[instruction.rs2]);
  fetch_.mark(cycles);
  if constexpr (predicts) {
    predictor_.divide(cycles);
    stages_.redirected = false;
  }
  stages_.memory = bubble_at(execute.pc);
  division_done_ = true;
  stages_.now += cycles;
  return true;
}

/// Ends a cycle whose instruction in M has retired, with `fetched` completely fetched.
template <bool predicts>
void FastPath::complete_cycle(const Slot& fetched) {
  stages_.behind = stages_.memory.pc + stages_.memory.op->instruction.length;
  second_half_ = false;
  fetch_.look(fetched.pc + fetched.op->instruction.length - 2);
  advance<predicts>(stages_, evaluate_execute_stage<predicts>(stages_), fetched,
                    DecodeRegister::holds);
}

template void FastPath::complete_cycle<false>(const Slot& fetched);
template void FastPath::complete_cycle<true>(const Slot& fetched);
template void FastPath::run_steady_cycles<false>(std::uint64_t end);
template void FastPath::run_steady_cycles<true>(std::uint64_t end);

}  // namespace cyclevisor
