// The fast path in blocks: one step an instruction, not one a cycle.
#include "models/fast/fast_path.hpp"
#include "models/fast/ordinary.hpp"

namespace cyclevisor {

FastPath::Slot FastPath::slot_of(const Block& block, std::size_t index) {
  const Block::Fetched& fetched = block.instructions[index];
  return {fetched.op, block.pc + fetched.place, PhysicalAddress(block.physical_pc + fetched.place)};
}

unsigned FastPath::touch_lines(const Block& block, unsigned touched, unsigned count) {
  for (; touched < count; ++touched) {
    fetch_.touch(block.lines[touched].physical, block.lines[touched].way);
  }
  return touched;
}

/// The instruction has just got to the memory stage, in cycle `now`.
void FastPath::leave_block(const Block& block, std::size_t index, std::uint64_t now) {
  const Block::Arrival& arrival = block.arrivals[index];
  touch_lines(block, 0, arrival.lines);
  std::size_t next = index;
  stages_.memory = slot_of(block, next++);
  stages_.execute = arrival.waited ? bubble_at(slot_of(block, next).pc) : slot_of(block, next++);
  stages_.decode = slot_of(block, next);
  stages_.pc = stages_.decode.pc + stages_.decode.op->instruction.length;
  stages_.now = now;
  stages_.behind = stages_.memory.pc;
  second_half_ = arrival.second_half;
  if (second_half_) {
    const Slot half = slot_of(block, next + 1);
    first_half_ = static_cast<std::uint16_t>(half.op->instruction.raw);
    first_physical_ = half.physical_pc;
  }
}

/// The stalls of an access that is not the quickest; nothing, and nothing done, if it is too
/// unusual here.
std::optional<unsigned> FastPath::access_in_block(const Block& block, std::size_t index,
                                                  std::uint64_t address, std::uint64_t cycles_left,
                                                  std::byte*& host) {
  const MicroOp& op = *block.instructions[index].op;
  DataWindow::Access access;
  if (!data_.find(address, op.bytes, op.access_type(), access) || access.watched) {
    return std::nullopt;
  }
  // Where the fetch stalls as well, they may overlap.
  if (block.ops[index].stalled != 0 || block.arrivals[index].second_half) return std::nullopt;
  const unsigned stall = access.hits ? 0 : data_.miss_cycles(access, op.access_type());
  if (stall != 0 && (!stalls_are_known_ || stall > cycles_left)) return std::nullopt;
  data_.complete(access, op.access_type(), 1 + stall);
  host = access.host;
  return stall;
}

bool FastPath::run_blocks(std::uint64_t end) {
  if (!is_empty_behind_memory(stages_)) return false;
  const Block* block = blocks_.find(stages_.pc);
  if (block == nullptr || stages_.now + block->cycles > end) return false;
  return observed_ ? run_blocks<true>(block, end) : run_blocks<false>(block, end);
}

// The cases of one switch, each with its operation as a constant.
#define ALU(name)                                                       \
  case Operation::name:                                                 \
    x[op.rd] = alu_result(Operation::name, op.immediate, a, x[op.rs2]); \
    break
#define LOAD(name, size)                                                 \
  case Operation::name:                                                  \
    address = a + op.immediate;                                          \
    host = data_.quick(address, size, AccessType::load);                 \
    if (host == nullptr) goto other_access;                              \
    x[op.rd] = extended_load(Operation::name, load_operand(host, size)); \
    x[0] = 0;                                                            \
    break
#define STORE(name, size)                                 \
  case Operation::name:                                   \
    address = a + op.immediate;                           \
    host = data_.quick(address, size, AccessType::store); \
    if (host == nullptr) goto other_access;               \
    store_operand(host, size, x[op.rs2]);                 \
    break
#define BRANCH(name)                                                   \
  case Operation::name:                                                \
    target = op.immediate;                                             \
    if (condition_holds(Operation::name, a, x[op.rs2])) goto redirect; \
    break

template <bool observed>
bool FastPath::run_blocks(const Block* block, std::uint64_t end) {
  Core& core = pipeline_.core();
  std::uint64_t* const x = core.x.data();
  std::uint64_t base = stages_.now;
  Slot redirecting = stages_.memory;
  std::uint64_t target = stages_.pc;

enter:
  // What redirected retires in the cycle in which the block's first instruction is fetched.
  if (redirecting.op->valid) {
    execute_ordinary(core, *redirecting.op, redirecting.pc, nullptr);
    ++stages_.retired;
    if (observed && !publish(redirecting, 0, nullptr, base)) {
      stages_.memory = redirecting;
      stages_.now = base;
      stages_.pc = block->pc;
      complete_cycle(slot_of(*block, 0));
      stages_.behind = block->pc;
      return true;
    }
  }
  const BlockOp* const first = block->ops.data();
  const BlockOp* const last = first + block->ops.size();
  unsigned touched = 0;
  for (const BlockOp* at = first; at != last; ++at) {
    const BlockOp& op = *at;
    if (touched < op.lines) touched = touch_lines(*block, touched, op.lines);
    const std::uint64_t a = x[op.rs1];
    std::byte* host = nullptr;
    std::uint64_t address = 0;
    switch (op.operation) {
      case Operation::lui:
      case Operation::auipc:
        x[op.rd] = op.immediate;
        break;
        ALU(addi);
        ALU(slti);
        ALU(sltiu);
        ALU(xori);
        ALU(ori);
        ALU(andi);
        ALU(slli);
        ALU(srli);
        ALU(srai);
        ALU(add);
        ALU(sub);
        ALU(sll);
        ALU(slt);
        ALU(sltu);
        ALU(xor_);
        ALU(srl);
        ALU(sra);
        ALU(or_);
        ALU(and_);
        ALU(addiw);
        ALU(slliw);
        ALU(srliw);
        ALU(sraiw);
        ALU(addw);
        ALU(subw);
        ALU(sllw);
        ALU(srlw);
        ALU(sraw);
        LOAD(lb, 1);
        LOAD(lh, 2);
        LOAD(lw, 4);
        LOAD(ld, 8);
        LOAD(lbu, 1);
        LOAD(lhu, 2);
        LOAD(lwu, 4);
        STORE(sb, 1);
        STORE(sh, 2);
        STORE(sw, 4);
        STORE(sd, 8);
        BRANCH(beq);
        BRANCH(bne);
        BRANCH(blt);
        BRANCH(bge);
        BRANCH(bltu);
        BRANCH(bgeu);
      case Operation::jal:
        target = op.immediate;
        goto redirect;
      case Operation::jalr:
        target = (a + op.immediate) & ~std::uint64_t{1};
        goto redirect;
      case Operation::mul:
        x[op.rd] = a * x[op.rs2];
        break;
      default:
        execute_multiply(core,
                         block->instructions[static_cast<std::size_t>(at - first)].op->instruction);
        break;
      other_access : {
        const auto index = static_cast<std::size_t>(at - first);
        const auto stall =
            access_in_block(*block, index, address, end - base - block->cycles, host);
        if (!stall) {
          stages_.retired += index;
          leave_block(*block, index, base + op.cycle - op.stalled);
          return true;
        }
        base += *stall;
        execute_ordinary(core, *block->instructions[index].op, 0, host);
        break;
      }
      redirect : {
        const auto index = static_cast<std::size_t>(at - first);
        stages_.retired += index;
        redirecting = slot_of(*block, index);
        base += op.cycle - op.stalled;
        const std::uint64_t behind = redirecting.pc + op.length;
        block = blocks_.find(target);
        if (block != nullptr && base + block->cycles <= end) goto enter;
        stages_.memory = redirecting;
        stages_.execute = bubble_at(behind);
        stages_.decode = bubble_at(0);
        stages_.pc = target;
        stages_.now = base;
        stages_.behind = redirecting.pc;
        return true;
      }
    }
    if (observed) {
      const auto index = static_cast<std::size_t>(at - first);
      if (!publish(slot_of(*block, index), address, host, base + op.cycle)) {
        stages_.retired += index + 1;
        leave_block(*block, index, base + op.cycle);
        complete_cycle(slot_of(*block, index + (block->arrivals[index].waited ? 2 : 3)));
        return true;
      }
    }
  }
  stages_.retired += block->ops.size();
  leave_block(*block, block->ops.size(), base + block->arrivals[block->ops.size()].cycle);
  return true;
}

#undef ALU
#undef LOAD
#undef STORE
#undef BRANCH

}  // namespace cyclevisor
