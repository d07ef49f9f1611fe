// Execution of one instruction of a block, to be inlined into the loops that run blocks.
#pragma once

#include "models/engines/blocks/block.hpp"
#include "models/engines/blocks/data_window.hpp"
#include "models/engines/blocks/execute_op.hpp"
#include "models/hart/execute/branch.hpp"

namespace cyclevisor {

struct BlockStep {
  enum class Result : std::uint8_t {
    done,
    redirects,          ///< a jump or taken branch to `target`; the link has not been written
    needs_slow_access,  ///< a load or store with side effects beyond its data: not executed
  };
  Result result = Result::done;
  std::uint64_t target = 0;
  std::uint64_t address = 0;  ///< of a load or store
  std::byte* host = nullptr;  ///< its operand
};

// The cases of one switch; in each, the operation is a constant.
#define ALU(name)                                                       \
  case Operation::name:                                                 \
    x[op.rd] = alu_result(Operation::name, op.immediate, a, x[op.rs2]); \
    break
#define LOAD(name, size)                                                        \
  case Operation::name:                                                         \
    step.address = a + op.immediate;                                            \
    step.host = data.quick(step.address, size, AccessType::load);               \
    if (step.host == nullptr) {                                                 \
      step.result = BlockStep::Result::needs_slow_access;                       \
    } else {                                                                    \
      x[op.rd] = extended_load(Operation::name, load_operand(step.host, size)); \
      x[0] = 0;                                                                 \
    }                                                                           \
    break
#define STORE(name, size)                                          \
  case Operation::name:                                            \
    step.address = a + op.immediate;                               \
    step.host = data.quick(step.address, size, AccessType::store); \
    if (step.host == nullptr) {                                    \
      step.result = BlockStep::Result::needs_slow_access;          \
    } else {                                                       \
      store_operand(step.host, size, x[op.rs2]);                   \
    }                                                              \
    break
#define BRANCH(name)                                   \
  case Operation::name:                                \
    step.target = op.immediate;                        \
    if (branch_taken(Operation::name, a, x[op.rs2])) { \
      step.result = BlockStep::Result::redirects;      \
    }                                                  \
    break

[[gnu::always_inline]] inline BlockStep execute_in_block(Core& core, const DataWindow& data,
                                                         const Block& block, const BlockOp& op) {
  std::uint64_t* const x = core.x.data();
  const std::uint64_t a = x[op.rs1];
  BlockStep step;
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
      step.target = op.immediate;
      step.result = BlockStep::Result::redirects;
      break;
    case Operation::jalr:
      step.target = (a + op.immediate) & ~std::uint64_t{1};
      step.result = BlockStep::Result::redirects;
      break;
    case Operation::mul:
      x[op.rd] = a * x[op.rs2];
      break;
    default:
      execute_multiply(core, block.instruction(op));
      break;
  }
  return step;
}

#undef ALU
#undef LOAD
#undef STORE
#undef BRANCH

}  // namespace cyclevisor
