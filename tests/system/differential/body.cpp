#include "tests/system/differential/body.hpp"

#include <array>

#include "models/hart/isa/decode.hpp"
#include "models/hart/isa/instruction_table.hpp"
#include "tests/system/differential/body_registers.hpp"
#include "tests/system/differential/csr_values.hpp"

namespace cyclevisor::differential {
const char* name(Subject subject) {
  static constexpr std::array<const char*, subject_count> names = {
      "integer", "atomic", "encoding", "csr", "mode", "paging", "protection", "hypervisor"};
  return names[static_cast<std::size_t>(subject)];
}

unsigned BodyGenerator::destination() {
  while (true) {
    const unsigned number = any();
    if (number == loop_register_ && number != 0) continue;
    if (is_pointer(number) && !(may_go_astray() && random_.percent(1))) continue;
    return number;
  }
}

void BodyGenerator::pad() {
  if (code_.address() % 4 != 0) code_.half(0x0001);
}

void BodyGenerator::fill_registers() {
  for (unsigned number = 1; number < first_handler_register; ++number) {
    if (!is_pointer(number)) code_.load_immediate(number, differential::interesting_value(random_));
  }
}

void BodyGenerator::generate(const BodyContext& context, unsigned items) {
  context_ = context;
  loop_register_ = 0;
  for (unsigned i = 0; i < items; ++i) {
    if (random_.percent(4)) {
      const bool aligned = context_.subject == Subject::protection;
      code_.load_immediate(random_.from(pointers_to_data),
                           random_address() & ~std::uint64_t{aligned ? 7u : 3u});
    }
    item(0);
  }
  pad();
  code_.emit(Operation::ecall, {});
}

void BodyGenerator::item(unsigned depth) {
  struct Weights {
    unsigned arithmetic, value, compressed, memory, atomic, reservation, near_legal, branch, loop,
        jump, wild_jump, self_modification, csr_read, csr_write, system, guest;
  };
  static constexpr std::array<Weights, subject_count> weights = {{
      // ari val cmp mem atm res nea bra lop jmp wld slf crd cwr sys gst
      {40, 8, 18, 18, 2, 1, 1, 6, 2, 3, 0, 1, 1, 0, 1, 0},    // integer
      {12, 6, 5, 15, 30, 14, 1, 3, 2, 1, 0, 0, 1, 0, 1, 0},   // atomic
      {15, 4, 25, 6, 1, 1, 40, 3, 1, 1, 0, 2, 2, 0, 2, 0},    // encoding
      {10, 6, 4, 4, 0, 1, 2, 2, 1, 0, 0, 0, 35, 30, 4, 0},    // csr
      {12, 4, 6, 12, 2, 3, 5, 3, 1, 2, 1, 1, 14, 14, 14, 1},  // mode
      {8, 2, 8, 42, 8, 3, 2, 3, 2, 2, 3, 1, 4, 6, 8, 0},      // paging
      {8, 2, 8, 42, 8, 3, 2, 3, 2, 2, 3, 1, 4, 6, 4, 0},      // protection
      {6, 2, 6, 28, 6, 2, 3, 2, 1, 2, 3, 1, 9, 9, 12, 16},    // hypervisor
  }};
  const Weights& w = weights[static_cast<std::size_t>(context_.subject)];
  std::int64_t left = static_cast<std::int64_t>(
      random_.below(w.arithmetic + w.value + w.compressed + w.memory + w.atomic + w.reservation +
                    w.near_legal + w.branch + w.loop + w.jump + w.wild_jump + w.self_modification +
                    w.csr_read + w.csr_write + w.system + w.guest));
  const auto chosen = [&](unsigned weight) { return (left -= weight) < 0; };
  if (chosen(w.arithmetic)) return arithmetic();
  if (chosen(w.value)) return interesting_value();
  if (chosen(w.compressed)) return compressed();
  if (chosen(w.memory)) return memory_access();
  if (chosen(w.atomic)) return atomic();
  if (chosen(w.reservation)) return reservation_pair();
  if (chosen(w.near_legal)) return near_legal();
  if (chosen(w.branch)) return forward_branch(depth);
  if (chosen(w.loop)) return loop(depth);
  if (chosen(w.jump)) return computed_jump();
  if (chosen(w.wild_jump)) return wild_jump();
  if (chosen(w.self_modification)) return self_modification();
  if (chosen(w.csr_read)) return csr_read();
  if (chosen(w.csr_write)) return csr_write();
  if (chosen(w.system)) return system();
  guest_access();
}

void BodyGenerator::arithmetic() {
  if (random_.percent(6)) {
    code_.emit(random_.percent(50) ? Operation::lui : Operation::auipc,
               {static_cast<std::uint8_t>(destination()), 0, 0,
                static_cast<std::int64_t>(random_.bits() & 0xfffff000)});
    return;
  }
  Operation operation = random_operation(random_, Operation::addi, Operation::sraw);
  if (random_.percent(25)) operation = random_operation(random_, Operation::mul, Operation::remuw);
  Operands operands;
  operands.rd = static_cast<std::uint8_t>(destination());
  operands.rs1 = static_cast<std::uint8_t>(any());
  operands.rs2 = static_cast<std::uint8_t>(any());
  operands.immediate = random_.between(-2048, 2047);
  code_.emit(operation, operands);
}

void BodyGenerator::interesting_value() {
  code_.load_immediate(destination(), differential::interesting_value(random_));
}

void BodyGenerator::compressed() {
  while (true) {
    const auto bits = static_cast<std::uint16_t>(random_.bits());
    if (is_longer_than_16_bits(bits)) continue;
    const auto instruction = decode(bits, ExtensionSet::all());
    if (instruction) {
      const InstructionClass kind = instruction->instruction_class;
      if (kind == InstructionClass::branch || kind == InstructionClass::jump) continue;
      const bool accesses = kind == InstructionClass::load || kind == InstructionClass::store;
      if (accesses && !is_pointer(instruction->rs1)) continue;
      const bool writes_pointer = is_pointer(instruction->rd) || instruction->rd == loop_register_;
      if (instruction->rd != 0 && writes_pointer) continue;
    } else if (!random_.percent(20)) {
      continue;
    }
    code_.half(bits);
    // Handlers skip four bytes at a trap.
    const bool may_trap = !instruction || instruction->instruction_class != InstructionClass::alu;
    if (may_trap) code_.half(0x0001);
    return;
  }
}

void BodyGenerator::near_legal() {
  while (true) {
    std::uint32_t bits = static_cast<std::uint32_t>(random_.bits());
    if (!random_.percent(10)) {
      const InstructionRow& row = random_.from(instruction_table);
      bits = row.match | (bits & ~row.mask);
      if (random_.percent(60)) bits ^= std::uint32_t{1} << random_.below(32);
    }
    if (!is_longer_than_16_bits(bits)) continue;
    const auto instruction = decode(bits, ExtensionSet::all());
    if (instruction) {
      if (instruction->operation >= Operation::hlv_b) continue;
      switch (instruction->instruction_class) {
        case InstructionClass::alu:
        case InstructionClass::multiply:
        case InstructionClass::divide:
        case InstructionClass::fence:
          break;
        case InstructionClass::translation_fence:
          if (context_.mode == PrivilegeMode::virtual_user) continue;
          break;
        case InstructionClass::load:
          if (!is_pointer(instruction->rs1)) continue;
          break;
        default:
          continue;
      }
      const bool writes_pointer = is_pointer(instruction->rd) || instruction->rd == loop_register_;
      if (instruction->rd != 0 && writes_pointer) continue;
    }
    code_.word(bits);
    return;
  }
}

void BodyGenerator::forward_branch(unsigned depth) {
  if (depth > 1) return arithmetic();
  const std::uint64_t place = code_.reserve();
  const bool conditional = random_.percent(75);
  for (std::uint64_t n = random_.between(1, 4); n != 0; --n) item(depth + 1);
  const auto offset = static_cast<std::int64_t>(code_.address() - place);
  if (conditional) {
    code_.patch(place, random_operation(random_, Operation::beq, Operation::bgeu),
                {0, static_cast<std::uint8_t>(any()), static_cast<std::uint8_t>(any()), offset});
  } else {
    code_.patch(place, Operation::jal, {static_cast<std::uint8_t>(destination()), 0, 0, offset});
  }
}

void BodyGenerator::loop(unsigned depth) {
  if (depth > 0 || loop_register_ != 0) return arithmetic();
  constexpr std::array<unsigned, 4> counters = {5, 11, 12, 28};
  loop_register_ = random_.from(counters);
  code_.immediate(Operation::addi, loop_register_, 0, random_.between(1, 5));
  const std::uint64_t start = code_.address();
  for (std::uint64_t n = random_.between(1, 5); n != 0; --n) item(depth + 1);
  code_.immediate(Operation::addi, loop_register_, loop_register_, -1);
  // Counting below zero also ends the loop: an instruction may have changed the counter.
  code_.branch(Operation::blt, 0, loop_register_,
               static_cast<std::int64_t>(start - code_.address()));
  loop_register_ = 0;
}

void BodyGenerator::computed_jump() {
  unsigned base = 0;
  do {
    base = destination();
  } while (base == 0 || is_pointer(base));
  const std::int64_t skipped = random_.between(0, 3) * 4;
  const std::int64_t displacement = random_.between(-2000, 2000) & ~std::int64_t{1};
  // auipc base; addi base; jalr: jumps to the next instruction, with an offset added and
  // subtracted. Bit 0 of the sum is ignored.
  code_.emit(Operation::auipc, {static_cast<std::uint8_t>(base), 0, 0, 0});
  code_.immediate(Operation::addi, base, base,
                  -displacement + static_cast<std::int64_t>(random_.below(2)));
  code_.emit(
      Operation::jalr,
      {static_cast<std::uint8_t>(destination()), static_cast<std::uint8_t>(base), 0,
       displacement + 12 + skipped <= 2046 ? displacement + 12 + skipped : displacement + 12});
  for (std::int64_t i = 0; i < skipped; i += 4) arithmetic();
}

}  // namespace cyclevisor::differential
