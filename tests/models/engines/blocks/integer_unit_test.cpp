// The fast path's integer unit against the functional hart, which the differential test compares
// with QEMU.
#include "models/engines/blocks/integer_unit.hpp"

#include <catch2/catch.hpp>

#include "models/hart/execute/execute.hpp"
#include "models/hart/isa/decode.hpp"
#include "models/hart/isa/encode.hpp"
#include "models/timing/stage_registers.hpp"
#include "platform/reference/reference_machine.hpp"
#include "platform/reference/reference_platform.hpp"
#include "tests/system/differential/random.hpp"

using namespace cyclevisor;

namespace {

struct BareHart {
  ReferencePlatform platform;
  Core core{reference_hart(), platform, platform};
};

std::uint64_t operand(differential::Random& random) {
  const std::uint64_t any = random.bits();
  return random.pick<std::uint64_t>({any, any >> 32, any | ~std::uint64_t{0} << 31, 0, 1, 63,
                                     ~std::uint64_t{0}, std::uint64_t{1} << 63});
}

Instruction instruction_with(Operation operation, differential::Random& random) {
  Operands operands;
  operands.rd = 3;
  operands.rs1 = 1;
  operands.rs2 = 2;
  operands.immediate = random.between(-2048, 2047) & ~std::int64_t{1};
  const auto extensions = parse_isa_string("rv64imac_zicsr_zifencei_h");
  const auto instruction = decode(encode(operation, operands), extensions);
  REQUIRE(instruction);
  return *instruction;
}

}  // namespace

TEST_CASE("ALU results are the functional hart's") {
  BareHart hart;
  differential::Random random(1);
  unsigned operations = 0;
  for (std::size_t n = 0; n < operation_count; ++n) {
    const auto operation = static_cast<Operation>(n);
    const Instruction sample = instruction_with(operation, random);
    if (sample.instruction_class != InstructionClass::alu) continue;
    ++operations;
    for (unsigned i = 0; i < 500; ++i) {
      const Instruction instruction = instruction_with(operation, random);
      const std::uint64_t a = operand(random);
      const std::uint64_t b = operand(random);
      hart.core.x[1] = a;
      hart.core.x[2] = b;
      hart.core.pc = random.bits() & ~std::uint64_t{1};
      INFO("operation " << n << ", a " << a << ", b " << b << ", immediate "
                        << instruction.immediate);
      const std::uint64_t result = alu_result(instruction, hart.core.pc, a, b);
      REQUIRE(execute_instruction(hart.core, instruction) == Step::sequential);
      REQUIRE(result == hart.core.x[3]);
    }
  }
  // RV64I: lui, auipc, 9 with immediates, 10 with registers, 9 words.
  CHECK(operations == 30);
}

TEST_CASE("Loaded values are extended as the functional hart does it") {
  BareHart hart;
  differential::Random random(3);
  hart.core.reset(ReferencePlatform::ram_base, 0, 0);
  PreparedOperand operand_in_memory;
  operand_in_memory.first = PhysicalAddress(ReferencePlatform::ram_base);
  hart.core.memory.begin_prepared(operand_in_memory);
  for (const Operation operation : {Operation::lb, Operation::lh, Operation::lw, Operation::ld,
                                    Operation::lbu, Operation::lhu, Operation::lwu}) {
    Instruction instruction = instruction_with(operation, random);
    instruction.immediate = 0;
    for (unsigned i = 0; i < 100; ++i) {
      const std::uint64_t value = operand(random);
      std::memcpy(hart.platform.ram().data(), &value, sizeof value);
      hart.core.x[1] = ReferencePlatform::ram_base;
      REQUIRE(hart.core.execute(instruction, Cycle()) == Step::sequential);
      const unsigned bytes = access_bytes(operation);
      const std::uint64_t raw = bytes == 8 ? value : value & ((std::uint64_t{1} << 8 * bytes) - 1);
      INFO("operation " << static_cast<unsigned>(operation) << ", value " << value);
      REQUIRE(extended_load(operation, raw) == hart.core.x[3]);
    }
  }
}
