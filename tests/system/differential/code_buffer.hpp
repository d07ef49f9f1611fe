// Assembles machine code into a program's memory.
#pragma once

#include <cstdint>
#include <vector>

#include "models/hart/isa/encode.hpp"

namespace cyclevisor::differential {

class CodeBuffer {
 public:
  /// Code is written to `image`, whose first byte is at address `base`, from `start` on.
  CodeBuffer(std::vector<std::uint8_t>& image, std::uint64_t base, std::uint64_t start)
      : image_(image), base_(base), address_(start) {}

  std::uint64_t address() const { return address_; }
  /// Bytes left in the image.
  std::uint64_t room() const { return base_ + image_.size() - address_; }
  void align(unsigned bytes);
  void go_to(std::uint64_t address) { address_ = address; }

  void half(std::uint16_t bits);
  void word(std::uint32_t bits);
  void emit(Operation operation, const Operands& operands) { word(encode(operation, operands)); }

  void immediate(Operation operation, unsigned rd, unsigned rs1, std::int64_t value);
  void registers(Operation operation, unsigned rd, unsigned rs1, unsigned rs2);
  void csr(Operation operation, unsigned rd, std::uint16_t number, unsigned rs1);
  void branch(Operation operation, unsigned rs1, unsigned rs2, std::int64_t offset);
  void jump(unsigned rd, std::int64_t offset);

  /// Loads any 64-bit value, with as many instructions as necessary.
  void load_immediate(unsigned rd, std::uint64_t value);
  /// csrw through x31.
  void write_csr(std::uint16_t number, std::uint64_t value);

  /// Reserves one 32-bit instruction, which `patch` fills in.
  std::uint64_t reserve();
  void patch(std::uint64_t address, Operation operation, const Operands& operands);

 private:
  std::vector<std::uint8_t>& image_;
  std::uint64_t base_;
  std::uint64_t address_;
};

}  // namespace cyclevisor::differential
