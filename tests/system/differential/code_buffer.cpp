#include "tests/system/differential/code_buffer.hpp"

#include <stdexcept>

namespace cyclevisor::differential {
namespace {

std::uint8_t reg(unsigned number) { return static_cast<std::uint8_t>(number); }

std::int64_t sign_extended(std::uint64_t value, unsigned bits) {
  return static_cast<std::int64_t>(value << (64 - bits)) >> (64 - bits);
}

}  // namespace

void CodeBuffer::align(unsigned bytes) {
  while (address_ % bytes != 0) half(0x0001);  // c.nop
}

void CodeBuffer::half(std::uint16_t bits) {
  const std::uint64_t offset = address_ - base_;
  if (offset + 2 > image_.size()) throw std::logic_error("the program does not fit its image");
  image_[offset] = static_cast<std::uint8_t>(bits);
  image_[offset + 1] = static_cast<std::uint8_t>(bits >> 8);
  address_ += 2;
}

void CodeBuffer::word(std::uint32_t bits) {
  half(static_cast<std::uint16_t>(bits));
  half(static_cast<std::uint16_t>(bits >> 16));
}

void CodeBuffer::immediate(Operation operation, unsigned rd, unsigned rs1, std::int64_t value) {
  emit(operation, {reg(rd), reg(rs1), 0, value});
}

void CodeBuffer::registers(Operation operation, unsigned rd, unsigned rs1, unsigned rs2) {
  emit(operation, {reg(rd), reg(rs1), reg(rs2), 0});
}

void CodeBuffer::csr(Operation operation, unsigned rd, std::uint16_t number, unsigned rs1) {
  emit(operation, {reg(rd), reg(rs1), 0, number});
}

void CodeBuffer::branch(Operation operation, unsigned rs1, unsigned rs2, std::int64_t offset) {
  emit(operation, {0, reg(rs1), reg(rs2), offset});
}

void CodeBuffer::jump(unsigned rd, std::int64_t offset) {
  emit(Operation::jal, {reg(rd), 0, 0, offset});
}

void CodeBuffer::load_immediate(unsigned rd, std::uint64_t value) {
  const std::int64_t low = sign_extended(value, 12);
  const auto wide = static_cast<std::int64_t>(value);
  if (wide == low) {
    immediate(Operation::addi, rd, 0, low);
    return;
  }
  const std::uint64_t rest = value - static_cast<std::uint64_t>(low);
  if (wide == sign_extended(value, 32)) {
    // addiw wraps around for values just below 2^31, which lui cannot reach.
    emit(Operation::lui, {reg(rd), 0, 0, sign_extended(rest, 32)});
    if (low != 0) immediate(Operation::addiw, rd, rd, low);
    return;
  }
  unsigned shift = 12;
  while (((rest >> shift) & 1) == 0) ++shift;
  load_immediate(rd, static_cast<std::uint64_t>(static_cast<std::int64_t>(rest) >> shift));
  immediate(Operation::slli, rd, rd, shift);
  if (low != 0) immediate(Operation::addi, rd, rd, low);
}

void CodeBuffer::write_csr(std::uint16_t number, std::uint64_t value) {
  load_immediate(31, value);
  csr(Operation::csrrw, 0, number, 31);
}

std::uint64_t CodeBuffer::reserve() {
  const std::uint64_t place = address_;
  word(0);
  return place;
}

void CodeBuffer::patch(std::uint64_t address, Operation operation, const Operands& operands) {
  const std::uint64_t here = address_;
  address_ = address;
  emit(operation, operands);
  address_ = here;
}

}  // namespace cyclevisor::differential
