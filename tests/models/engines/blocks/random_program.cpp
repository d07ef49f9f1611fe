#include "tests/models/engines/blocks/random_program.hpp"

#include <cstring>

#include "models/hart/csr/csr_fields.hpp"
#include "models/hart/csr/csr_number.hpp"
#include "models/hart/isa/encode.hpp"
#include "models/mmu/pte.hpp"
#include "platform/reference/reference_platform.hpp"

namespace cyclevisor::test {
namespace {

constexpr std::uint64_t base = ReferencePlatform::ram_base;
// Where things lie in RAM.
constexpr std::uint64_t body_offset = 0x1000;
constexpr std::uint64_t data_offset = 0x8'0000;
constexpr std::uint64_t tables_offset = 0xc'0000;
// Registers with a purpose; the others are anybody's.
constexpr std::uint8_t data_pointer = 8, operand_pointer = 9, mask = 18, scratch = 19, counter = 20,
                       patches = 21;

class Writer {
 public:
  Writer(differential::Random& random, const ProgramShape& shape)
      : random_(random), shape_(shape), memory_(1 << 20) {}

  std::vector<std::byte> write() {
    prologue();
    at_ = body_offset;
    end_ = body_offset + 2 * std::uint64_t{shape_.halfwords};
    while (at_ < end_) piece();
    // A run off the end starts again.
    jump_to(body_offset);
    for (std::uint64_t i = 0; i < (1 << 16); i += 8) put(data_offset + i, random_.bits());
    return std::move(memory_);
  }

 private:
  template <class T>
  void put(std::uint64_t offset, T value) {
    std::memcpy(&memory_.at(offset), &value, sizeof value);
  }
  void emit(Operation operation, std::uint8_t rd, std::uint8_t rs1, std::uint8_t rs2,
            std::int64_t immediate) {
    Operands operands;
    operands.rd = rd;
    operands.rs1 = rs1;
    operands.rs2 = rs2;
    operands.immediate = immediate;
    put(at_, encode(operation, operands));
    at_ += 4;
  }
  void emit_half(unsigned bits) {
    put(at_, static_cast<std::uint16_t>(bits));
    at_ += 2;
  }
  void jump_to(std::uint64_t offset) {
    emit(Operation::jal, 0, 0, 0,
         static_cast<std::int64_t>(offset) - static_cast<std::int64_t>(at_));
  }
  void load_address(std::uint8_t rd, std::uint64_t offset) {
    // The first megabyte lies in the sign-extended half of lui: by auipc instead.
    const std::int64_t distance =
        static_cast<std::int64_t>(offset) - static_cast<std::int64_t>(at_);
    const std::int64_t low = ((distance & 0xfff) ^ 0x800) - 0x800;  // the low 12 bits, signed
    emit(Operation::auipc, rd, 0, 0, distance - low);
    emit(Operation::addi, rd, rd, 0, low);
  }

  /// A register without another use; x1 and x5 are there, since they make calls and returns.
  std::uint8_t any_register() {
    if (shape_.call_percent != 0) {
      return random_.pick<std::uint8_t>({0, 6, 7, 10, 11, 12, 13, 14, 15, 28});
    }
    return random_.pick<std::uint8_t>({0, 1, 5, 6, 7, 10, 11, 12, 13, 14, 15, 28});
  }

  void prologue() {
    at_ = 0;
    // Every trap goes to a random place of the body, through a handler that only returns there.
    load_address(5, 0x800);
    emit(Operation::csrrw, 0, 5, 0, csr::mtvec);
    if (shape_.translates) {
      write_tables();
      load_address(5, tables_offset);
      emit(Operation::srli, 5, 5, 0, 12);
      emit(Operation::addi, 6, 0, 0, 8);
      emit(Operation::slli, 6, 6, 0, 60);
      emit(Operation::or_, 5, 5, 6, 0);
      emit(Operation::csrrw, 0, 5, 0, csr::satp);
    }
    protect();
    emit(Operation::addi, 5, 0, 0, shape_.translates ? 1 : 3);
    emit(Operation::slli, 5, 5, 0, 11);
    emit(Operation::csrrs, 0, 5, 0, csr::mstatus);  // MPP: S or M
    emit(Operation::addi, 5, 0, 0, 0x80);
    emit(Operation::csrrs, 0, 5, 0, csr::mie);      // MTIE
    emit(Operation::csrrs, 0, 5, 0, csr::mstatus);  // MPIE, which mret makes MIE
    load_address(data_pointer, data_offset);
    emit(Operation::addi, mask, 0, 0, -8);
    emit(Operation::slli, mask, mask, 0, 32);
    emit(Operation::addi, scratch, 0, 0, 1);
    emit(Operation::slli, scratch, scratch, 0, 32);
    emit(Operation::addi, mask, 0, 0, -8);
    emit(Operation::lui, scratch, 0, 0, static_cast<std::int64_t>(shape_.data_bytes));
    emit(Operation::addi, scratch, scratch, 0, -1);
    emit(Operation::and_, mask, mask, scratch, 0);
    emit(Operation::addi, operand_pointer, data_pointer, 0, 0);
    load_address(5, body_offset);
    emit(Operation::csrrw, 0, 5, 0, csr::mepc);
    emit(Operation::mret, 0, 0, 0, 0);

    at_ = 0x800;
    if (shape_.changes_mode) change_mode();
    load_address(5, body_offset + 4 * random_.below(shape_.halfwords / 2));
    emit(Operation::csrrw, 0, 5, 0, csr::mepc);
    emit(Operation::mret, 0, 0, 0, 0);
  }

  /// Everything is open to the modes below M, except perhaps a page of data.
  void protect() {
    emit(Operation::addi, 5, 0, 0, -1);
    emit(Operation::csrrw, 0, 5, 0, csr::pmpaddr0 + 1);
    load_address(5, data_offset + 0x3000);
    emit(Operation::srli, 5, 5, 0, 2);
    emit(Operation::addi, 5, 5, 0, 0x1ff);
    emit(Operation::csrrw, 0, 5, 0, csr::pmpaddr0);
    constexpr std::int64_t everything = 0x1f, nothing = 0x18;  // NAPOT
    emit(Operation::addi, 5, 0, 0, everything);
    emit(Operation::slli, 5, 5, 0, 8);
    emit(Operation::addi, 5, 5, 0, shape_.changes_mode ? nothing : everything);
    emit(Operation::csrrw, 0, 5, 0, csr::pmpcfg0);
  }

  /// MPP, MPRV, SUM and MXR from what mcycle happens to be.
  void change_mode() {
    emit(Operation::lui, 7, 0, 0, mstatus::mprv | mstatus::sum | mstatus::mxr);
    emit(Operation::lui, 6, 0, 0, 0x2000);
    emit(Operation::addi, 6, 6, 0, -0x800);  // MPP
    emit(Operation::or_, 7, 7, 6, 0);
    emit(Operation::csrrc, 0, 7, 0, csr::mstatus);
    emit(Operation::csrrs, 6, 0, 0, csr::mcycle);
    emit(Operation::slli, 6, 6, 0, 11);
    emit(Operation::and_, 6, 6, 7, 0);
    emit(Operation::csrrs, 0, 6, 0, csr::mstatus);
  }

  /// What a page permits, which is everything if modes do not change.
  std::uint64_t page_flags() {
    constexpr std::uint64_t used = pte::valid | pte::accessed | pte::dirty;
    constexpr std::uint64_t all = pte::read | pte::write | pte::execute;
    if (!shape_.changes_mode) return used | all;
    return used | (random_.percent(50) ? pte::user : 0) |
           random_.pick({all, all, all, pte::read | pte::write, pte::read, pte::execute});
  }

  /// Identity mapping: the first megabyte in 4 KiB pages, the rest of the gigabyte in 2 MiB ones.
  void write_tables() {
    const auto pointer = [](std::uint64_t offset) {
      return ((base + offset) >> 12 << 10) | pte::valid;
    };
    put(tables_offset + 8 * 2, pointer(tables_offset + 0x1000));
    put(tables_offset + 0x1000, pointer(tables_offset + 0x2000));
    for (std::uint64_t i = 1; i < 512; ++i) {
      put(tables_offset + 0x1000 + 8 * i, ((base + (i << 21)) >> 12 << 10) | page_flags());
    }
    for (std::uint64_t i = 0; i < 512; ++i) {
      put(tables_offset + 0x2000 + 8 * i, ((base + (i << 12)) >> 12 << 10) | page_flags());
    }
  }

  /// A place in the body, mostly near by; the low bit of a halfword's number does not matter, so
  /// that also the middle of an instruction is one.
  std::int64_t distance() {
    const std::uint64_t code = end_ - body_offset;
    std::uint64_t target = body_offset + 2 * random_.below(code / 2);
    if (!random_.percent(shape_.far_percent)) {
      const std::int64_t near_by = static_cast<std::int64_t>(at_) + 2 * random_.between(-24, 24);
      if (near_by >= static_cast<std::int64_t>(body_offset) &&
          near_by < static_cast<std::int64_t>(end_)) {
        target = static_cast<std::uint64_t>(near_by);
      }
    }
    return static_cast<std::int64_t>(target) - static_cast<std::int64_t>(at_);
  }

  /// The hints of the return stack are those of "Unconditional Jumps": x1 and x5 are link
  /// registers.
  void call_or_return() {
    const auto link = random_.pick<std::uint8_t>({1, 5});
    const auto other = static_cast<std::uint8_t>(6 - link);
    switch (random_.below(10)) {
      case 0:
      case 1:
      case 2:
        emit(Operation::jal, link, 0, 0, distance());
        break;
      case 3:
      case 4:
      case 5:
        emit(Operation::jalr, 0, link, 0, 0);
        break;
      case 6:
        emit(Operation::jalr, other, link, 0, 0);
        break;
      case 7:  // a return that waits in decode for its address
        emit(Operation::sd, 0, data_pointer, link, 0);
        emit(Operation::ld, link, data_pointer, 0, 0);
        emit(Operation::jalr, 0, link, 0, 0);
        break;
      case 8:  // a short division among branches
        emit(Operation::bne, 0, any_register(), any_register(), distance());
        emit(Operation::div, any_register(), any_register(), 0, 0);
        emit(Operation::beq, 0, any_register(), any_register(), distance());
        break;
      default:
        load_address(link, body_offset + 2 * random_.below((end_ - body_offset) / 2));
        break;
    }
  }

  void piece() {
    if (shape_.call_percent != 0 && random_.percent(shape_.call_percent)) {
      call_or_return();
      return;
    }
    if (random_.percent(shape_.system_percent)) {
      system();
      return;
    }
    if (shape_.stores_to_code && random_.percent(4)) {
      emit(Operation::auipc, operand_pointer, 0, 0, 0);
      emit(Operation::andi, operand_pointer, operand_pointer, 0, -8);
      emit(Operation::sh, 0, operand_pointer, any_register(), 2 * random_.between(0, 20));
    }
    if (random_.percent(shape_.loop_percent)) {
      loop();
      return;
    }
    instruction(static_cast<unsigned>(random_.below(100)));
  }

  void loop() {
    // The function that it calls, if it does.
    const std::uint64_t before = at_;
    at_ += 4;
    const std::uint64_t function = at_;
    straight_line(static_cast<unsigned>(random_.between(0, 6)));
    emit(Operation::jalr, 0, 1, 0, 0);
    const std::uint64_t behind = at_;
    at_ = before;
    jump_to(behind);
    at_ = behind;
    functions_.push_back(function);
    emit(Operation::addi, counter, 0, 0, random_.between(2, shape_.most_rounds));
    const std::uint64_t top = at_;
    straight_line(static_cast<unsigned>(random_.between(0, 12)));
    if (shape_.short_blocks != 0) short_blocks();
    if (random_.percent(40)) {
      // Its own function or another one, anywhere before.
      const std::uint64_t called =
          random_.percent(50) ? function : functions_[random_.below(functions_.size())];
      emit(Operation::jal, 1, 0, 0,
           static_cast<std::int64_t>(called) - static_cast<std::int64_t>(at_));
    }
    const std::uint64_t slot = (at_ + 2) & ~std::uint64_t{3};
    if (slot != at_) emit_half(0x0001);  // c.nop
    emit(Operation::addi, 10, 10, 0, 0);
    if (random_.percent(40)) {
      // Over some of it, now and then.
      emit(random_.pick({Operation::beq, Operation::bltu, Operation::bge}), 0, any_register(),
           any_register(), random_.pick({4, 8, 12}));
      straight_line(3);
    }
    straight_line(static_cast<unsigned>(random_.between(0, 6)));
    emit(Operation::addi, counter, counter, 0, -1);
    emit(Operation::blt, 0, 0, counter,
         static_cast<std::int64_t>(top) - static_cast<std::int64_t>(at_));
    if (random_.percent(shape_.patch_percent)) patch(slot, behind);
  }

  /// What a predictor soon knows, at addresses of any alignment; some branches wait for a load.
  void short_blocks() {
    const std::uint64_t count = 1 + random_.below(shape_.short_blocks);
    for (std::uint64_t i = 0; i < count; ++i) {
      straight_line(static_cast<unsigned>(random_.between(0, 5)));
      std::uint8_t tested = 0;
      if (random_.percent(50)) {
        tested = any_register();
        emit(Operation::ld, tested, operand_pointer, 0, 8 * random_.between(-32, 31));
      }
      // Unsigned, nothing is less than zero.
      emit(random_.pick({Operation::bgeu, Operation::bltu}), 0, tested, 0, 6);
      emit_half(0x0001);  // c.nop
      if (random_.percent(50)) emit_half(0x0001);
    }
  }

  /// Gives an addi another immediate and goes back to its loop, seven times in a row.
  void patch(std::uint64_t slot, std::uint64_t loop) {
    emit(Operation::lui, 7, 0, 0, 1 << 20);
    emit(Operation::add, patches, patches, 7, 0);
    emit(Operation::lui, 6, 0, 0, 0x50000);
    emit(Operation::addi, 6, 6, 0, 0x513);  // addi a0, a0, 0
    emit(Operation::add, 6, 6, patches, 0);
    load_address(7, slot);
    if (random_.percent(30)) {
      emit(Operation::amoswap_w, 0, 7, 6, 0);
    } else {
      emit(Operation::sw, 0, 7, 6, 0);
    }
    if (random_.percent(40)) emit(Operation::fence_i, 0, 0, 0, 0);
    straight_line(static_cast<unsigned>(random_.between(0, 8)));
    emit(Operation::lui, 7, 0, 0, 7 << 20);
    emit(Operation::and_, 7, 7, patches, 0);
    emit(Operation::beq, 0, 7, 0, 8);
    jump_to(loop);
  }

  void straight_line(unsigned count) {
    // Neither far nor endless: no branches, jumps and addresses.
    for (unsigned i = 0; i < count; ++i) instruction(static_cast<unsigned>(random_.below(80)));
  }

  void instruction(unsigned kind) {
    if (kind < 28) {
      emit(random_.pick({Operation::addi, Operation::xori, Operation::slli, Operation::addiw,
                         Operation::lui, Operation::auipc, Operation::sltiu, Operation::srai}),
           any_register(), any_register(), 0, random_.between(-2048, 2047));
    } else if (kind < 40) {
      emit(random_.pick({Operation::add, Operation::sub, Operation::and_, Operation::sltu,
                         Operation::addw, Operation::sll}),
           any_register(), any_register(), any_register(), 0);
    } else if (kind < 52) {
      compressed();
    } else if (kind < 57) {
      emit(random_.pick({Operation::mul, Operation::mulw, Operation::mulh}), any_register(),
           any_register(), any_register(), 0);
    } else if (kind < 59) {
      emit(random_.pick({Operation::div, Operation::remuw, Operation::divu, Operation::rem}),
           any_register(), any_register(), any_register(), 0);
    } else if (kind < 68) {
      emit(random_.pick({Operation::ld, Operation::lw, Operation::lbu, Operation::lh}),
           any_register(), operand_pointer, 0, 8 * random_.between(-32, 31));
    } else if (kind < 76) {
      emit(random_.pick({Operation::sd, Operation::sw, Operation::sb, Operation::sh}), 0,
           operand_pointer, any_register(), 8 * random_.between(0, 31));
    } else if (kind < 80) {
      // Moves on to other data.
      emit(Operation::and_, scratch, any_register(), mask, 0);
      emit(Operation::add, operand_pointer, data_pointer, scratch, 0);
    } else if (kind < 93) {
      emit(random_.pick({Operation::beq, Operation::bne, Operation::bltu, Operation::bge}), 0,
           any_register(), any_register(), distance());
    } else if (kind < 96) {
      emit(Operation::jal, random_.pick<std::uint8_t>({0, 1, 5}), 0, 0, distance());
    } else if (kind < 98) {
      load_address(random_.pick<std::uint8_t>({1, 5}),
                   body_offset + 2 * random_.below((end_ - body_offset) / 2));
    } else {
      // Where the register points may be nowhere: that is a fetch from outside, then a trap.
      emit(Operation::jalr, random_.pick<std::uint8_t>({0, 1, 5}),
           random_.pick<std::uint8_t>({1, 5}), 0, 0);
    }
  }

  void compressed() {
    switch (random_.below(6)) {
      case 0:  // c.addi a0, imm
        emit_half(0x0505 | static_cast<unsigned>(random_.below(31)) << 2);
        break;
      case 1:  // c.mv a2, a3
        emit_half(0x8636);
        break;
      case 2:  // c.ld a4, 0(s1)
        emit_half(0x6098);
        break;
      case 3:  // c.sd a2, 8(s1)
        emit_half(0xe490);
        break;
      case 4:  // c.bnez a0, +8
        emit_half(0xe501);
        break;
      default:  // c.li a5, 3
        emit_half(0x478d);
        break;
    }
  }

  void system() {
    switch (random_.below(8)) {
      case 0:
        emit(Operation::csrrw, any_register(), any_register(), 0, csr::mscratch);
        break;
      case 1:
        emit(Operation::csrrs, any_register(), 0, 0, csr::mcycle);
        break;
      case 2:
        emit(Operation::fence, 0, 0, 0, 0xff);
        break;
      case 3:
        emit(Operation::amoadd_d, any_register(), data_pointer, any_register(), 0);
        break;
      case 4:
        emit(Operation::lr_d, any_register(), data_pointer, 0, 0);
        break;
      case 5:
        emit(Operation::sc_d, any_register(), data_pointer, any_register(), 0);
        break;
      case 6:
        emit(Operation::ecall, 0, 0, 0, 0);
        break;
      default:
        emit(random_.percent(10) ? Operation::fence_i : Operation::ebreak, 0, 0, 0, 0);
        break;
    }
  }

  differential::Random& random_;
  ProgramShape shape_;
  std::vector<std::byte> memory_;
  std::vector<std::uint64_t> functions_;
  std::uint64_t at_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace

std::vector<std::byte> random_program(differential::Random& random, const ProgramShape& shape) {
  return Writer(random, shape).write();
}

}  // namespace cyclevisor::test
