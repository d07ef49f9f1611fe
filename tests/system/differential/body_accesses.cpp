// Loads, stores, atomics, HLV and HSV, and jumps to data addresses.
#include "tests/system/differential/body.hpp"
#include "tests/system/differential/body_registers.hpp"
#include "tests/system/differential/memory_map.hpp"

namespace cyclevisor::differential {

unsigned BodyGenerator::pointer() {
  return may_go_astray() && random_.percent(1) ? any() : random_.from(pointers_to_data);
}

std::uint64_t BodyGenerator::random_address() {
  const std::uint64_t offset = random_.below(map::data_bytes - 0x1000) + 0x800;
  const std::uint64_t data = map::data + offset;
  if (!context_.translated && !random_.percent(6)) return data;
  const std::uint64_t in_image = data - map::image;
  const std::uint64_t page_edge = random_.percent(15) ? 0xffc : random_.below(0x1000);
  const std::uint64_t in_window =
      map::window + random_.below(map::window_pages) * 0x1000 + page_edge;
  const std::uint64_t high = context_.wide_addresses && random_.percent(15) ? map::upper_half : 0;
  switch (random_.below(12)) {
    case 0:
      return data + high;
    case 1:
      return map::user_image + in_image + high;
    case 2:
      return map::large_window + random_.below(5) * 0x200000 + in_image + high;
    case 3:
      return map::huge_window + in_image + high;
    case 4:
      return map::vast_window + data;
    case 5:
      if (!context_.wide_addresses || random_.percent(50)) return map::hole + page_edge;
      return in_window | std::uint64_t{1} << random_.between(41, 63);
    default:
      return in_window + high;
  }
}

void BodyGenerator::pointers(const BodyContext& context) {
  context_ = context;
  const bool aligned = context_.subject == Subject::protection;
  for (unsigned number : pointers_to_data) {
    code_.load_immediate(
        number, random_address() & ~std::uint64_t{aligned || random_.percent(70) ? 7u : 0u});
  }
  for (unsigned number : pointers_to_atomics) {
    code_.load_immediate(number, random_address() & ~std::uint64_t{random_.percent(95) ? 7u : 0u});
  }
}

void BodyGenerator::memory_access() {
  Operands operands;
  operands.rs1 = static_cast<std::uint8_t>(pointer());
  operands.immediate = random_.between(-512, 511);
  const bool aligned = context_.subject == Subject::protection || random_.percent(75);
  const unsigned alignment = aligned ? 7 : 0;
  operands.immediate &= ~static_cast<std::int64_t>(alignment);
  if (random_.percent(60)) {
    operands.rd = static_cast<std::uint8_t>(destination());
    code_.emit(random_operation(random_, Operation::lb, Operation::lwu), operands);
  } else {
    operands.rs2 = static_cast<std::uint8_t>(any());
    code_.emit(random_operation(random_, Operation::sb, Operation::sd), operands);
  }
}

void BodyGenerator::atomic() {
  Operation operation = random_.percent(50)
                            ? random_operation(random_, Operation::amoswap_w, Operation::amomaxu_w)
                            : random_operation(random_, Operation::amoswap_d, Operation::amomaxu_d);
  Operands operands;
  operands.rd = static_cast<std::uint8_t>(destination());
  operands.rs1 = static_cast<std::uint8_t>(random_.percent(97) ? random_.from(pointers_to_atomics)
                                                               : pointer());
  operands.rs2 = static_cast<std::uint8_t>(any());
  code_.word(encode(operation, operands) | static_cast<std::uint32_t>(random_.below(4)) << 25);
}

void BodyGenerator::reservation_pair() {
  const bool wide = random_.percent(50);
  Operands operands;
  operands.rs1 = static_cast<std::uint8_t>(random_.from(pointers_to_atomics));
  do {
    operands.rd = static_cast<std::uint8_t>(destination());
  } while (operands.rd == operands.rs1);
  const auto ordering = [&] { return static_cast<std::uint32_t>(random_.below(4)) << 25; };
  if (!random_.percent(5)) {
    code_.word(encode(wide ? Operation::lr_d : Operation::lr_w, operands) | ordering());
  }
  for (std::uint64_t n = random_.below(3); n != 0; --n) {
    Operands between;
    do {
      between.rd = static_cast<std::uint8_t>(destination());
    } while (between.rd == operands.rs1);
    between.rs1 = static_cast<std::uint8_t>(any());
    between.immediate = random_.between(-2048, 2047);
    code_.emit(Operation::addi, between);
  }
  if (random_.percent(5)) {
    // A store by the same hart between them.
    code_.emit(Operation::sb, {0, operands.rs1, static_cast<std::uint8_t>(any()), 0});
  }
  // Not x0: the result of SC must be visible.
  do {
    operands.rd = static_cast<std::uint8_t>(destination());
  } while (operands.rd == 0);
  operands.rs2 = static_cast<std::uint8_t>(any());
  // Not sc.w after lr.d: see known_differences.cpp.
  const bool as_wide = wide || random_.percent(5);
  code_.word(encode(as_wide ? Operation::sc_d : Operation::sc_w, operands) | ordering());
}

void BodyGenerator::wild_jump() {
  // Usually to an address without an instruction: the rest of the body is skipped.
  if (!random_.percent(25)) return memory_access();
  const std::uint64_t offset =
      map::landing_pads + random_.pick<std::uint64_t>({0, 2, 6, 8, 12, 14, 14});
  std::uint64_t target = map::hole + offset;
  const bool fetches_translated = context_.translated && context_.mode != PrivilegeMode::machine;
  if (fetches_translated && random_.percent(90)) {
    const std::uint64_t in_image = map::data - map::image + random_.below(map::data_pages) * 0x1000;
    target = random_.pick({map::window + random_.below(map::window_pages) * 0x1000,
                           map::window + random_.below(map::window_pages) * 0x1000,
                           map::image + in_image, map::user_image + in_image,
                           map::large_window + random_.below(5) * 0x200000 + in_image,
                           map::huge_window + in_image, map::vast_window + map::image + in_image}) +
             offset;
    if (context_.wide_addresses && random_.percent(15)) target += map::upper_half;
    if (context_.wide_addresses && random_.percent(4)) {
      target |= std::uint64_t{1} << random_.between(41, 63);
    }
  }
  code_.load_immediate(1, target);
  code_.emit(Operation::jalr, {1, 1, 0, 0});
}

void BodyGenerator::guest_access() {
  Operands operands;
  operands.rs1 = static_cast<std::uint8_t>(pointer());
  if (random_.percent(70)) {
    operands.rd = static_cast<std::uint8_t>(destination());
    Operation operation = random_operation(random_, Operation::hlv_b, Operation::hlv_d);
    const bool executes = operation == Operation::hlvx_hu || operation == Operation::hlvx_wu;
    if (executes && !random_.percent(1)) operation = Operation::hlv_d;
    code_.emit(operation, operands);
  } else {
    operands.rs2 = static_cast<std::uint8_t>(any());
    code_.emit(random_operation(random_, Operation::hsv_b, Operation::hsv_d), operands);
  }
}

}  // namespace cyclevisor::differential
