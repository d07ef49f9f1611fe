#include "tests/system/equality/timer_program.hpp"

#include "models/base/virt_map.hpp"
#include "tests/system/differential/code_buffer.hpp"

namespace cyclevisor::equality {
namespace {

using differential::CodeBuffer;
using differential::Random;

constexpr std::uint64_t image_base = virt::dram_base;
constexpr std::uint64_t image_bytes = 0x8000;
constexpr std::uint64_t data_base = image_base + 0x6000;
constexpr std::uint64_t finisher = virt::finisher_base;
constexpr std::uint64_t msip_address = virt::timer_base + virt::msip_offset;
constexpr std::uint64_t mtimecmp_address = virt::timer_base + virt::mtimecmp_offset;
constexpr std::uint64_t mtime_address = virt::timer_base + virt::mtime_offset;
constexpr std::uint64_t uart_address = virt::uart_base(0);

constexpr std::uint16_t mstatus = 0x300;
constexpr std::uint16_t mie = 0x304;
constexpr std::uint16_t mtvec = 0x305;
constexpr std::uint16_t mepc = 0x341;
constexpr std::uint16_t mcause = 0x342;
constexpr std::uint64_t mstatus_mie = 0x8;
constexpr std::uint64_t msie = 1 << 3;
constexpr std::uint64_t mtie = 1 << 7;

// Registers with a part of their own; x5 to x15 are random data, x24 to x27 serve within an item.
constexpr unsigned mtimecmp = 16;
constexpr unsigned mtime = 17;
constexpr unsigned data = 18;
constexpr unsigned rounds = 19;
constexpr unsigned distance = 20;  ///< to the next deadline of a sweep
constexpr unsigned ticks = 21;
constexpr unsigned msip = 22;
constexpr unsigned varied = 23;  ///< by the handler, from interrupt to interrupt
constexpr unsigned time_now = 24;
constexpr unsigned counter = 25;
constexpr unsigned scratch = 26;
constexpr unsigned handler = 28;  ///< and the three behind it

class Generator {
 public:
  Generator(Random& random, const TimerDistances& distances)
      : random_(random), distances_(distances), image_(image_bytes) {}

  std::vector<std::uint8_t> generate() {
    for (std::uint64_t i = data_base - image_base; i < image_bytes; ++i) {
      image_[i] = static_cast<std::uint8_t>(random_.bits());
    }
    const std::uint64_t entry = code_.reserve();
    trap_vector();
    code_.patch(entry, Operation::jal, {0, 0, 0, at_offset(code_.address(), entry)});
    prologue();
    const std::uint64_t again = code_.address();
    for (std::int64_t items = random_.between(10, 40); items > 0; --items) item();
    code_.immediate(Operation::addi, rounds, rounds, -1);
    // The body may be longer than a branch reaches.
    code_.branch(Operation::beq, rounds, 0, 8);
    code_.jump(0, at_offset(again, code_.address()));
    epilogue();
    return std::move(image_);
  }

 private:
  static std::int64_t at_offset(std::uint64_t target, std::uint64_t from) {
    return static_cast<std::int64_t>(target - from);
  }
  unsigned value() { return static_cast<unsigned>(random_.between(5, 15)); }

  /// A handler behind a table for vectored mode; in direct mode its first entry serves all.
  void trap_vector() {
    code_.align(256);
    vector_ = code_.address();
    const std::uint64_t code = vector_ + 16 * 4;
    for (unsigned i = 0; i < 16; ++i) code_.jump(0, at_offset(code, code_.address()));
    code_.csr(Operation::csrrs, handler, mcause, 0);
    const std::uint64_t is_interrupt = code_.reserve();
    // An exception: on behind the instruction, which has four bytes.
    code_.csr(Operation::csrrs, handler, mepc, 0);
    code_.immediate(Operation::addi, handler, handler, 4);
    code_.csr(Operation::csrrw, 0, mepc, handler);
    code_.word(encode(Operation::mret, {}));
    code_.patch(is_interrupt, Operation::blt,
                {0, handler, 0, at_offset(code_.address(), is_interrupt)});
    code_.immediate(Operation::andi, handler, handler, 63);
    code_.immediate(Operation::addi, handler, handler, -7);
    const std::uint64_t is_timer = code_.reserve();
    store(Operation::sw, msip, 0, 0);
    code_.word(encode(Operation::mret, {}));
    code_.patch(is_timer, Operation::beq, {0, handler, 0, at_offset(code_.address(), is_timer)});
    code_.immediate(Operation::addi, ticks, ticks, 1);
    next_deadline();
    code_.word(encode(Operation::mret, {}));
  }

  /// What the handler leaves behind; each time another distance.
  void next_deadline() {
    code_.immediate(Operation::slli, handler, varied, 3);
    code_.registers(Operation::add, varied, varied, handler);
    code_.immediate(Operation::addi, varied, varied, random_.between(1, 2000));
    code_.immediate(Operation::andi, handler, varied, random_.pick({15, 127, 1023}));
    code_.load_immediate(handler + 1, distances_.pause);
    code_.registers(Operation::add, handler, handler, handler + 1);
    code_.immediate(Operation::ld, handler + 1, mtime, 0);
    code_.registers(Operation::add, handler, handler, handler + 1);
    store(Operation::sd, mtimecmp, handler, 0);
  }

  void prologue() {
    code_.load_immediate(mtimecmp, mtimecmp_address);
    code_.load_immediate(mtime, mtime_address);
    code_.load_immediate(data, data_base);
    code_.load_immediate(msip, msip_address);
    code_.load_immediate(rounds, static_cast<std::uint64_t>(random_.between(4, 40)));
    code_.load_immediate(distance, 0);
    code_.load_immediate(ticks, 0);
    code_.load_immediate(varied, random_.bits() & 0xffff);
    for (unsigned i = 5; i <= 15; ++i) code_.load_immediate(i, random_.bits());
    code_.write_csr(mtvec, vector_ | (random_.percent(50) ? 1 : 0));
    arm(random_.below(1000));
    code_.write_csr(mie, random_.percent(80) ? mtie | msie : mtie);
    if (random_.percent(80)) interrupts(Interrupts::on);
  }

  void epilogue() {
    // What was computed is seen in the stream.
    for (unsigned i = 5; i <= 15; ++i) store(Operation::sd, data, i, i * 8);
    code_.load_immediate(scratch, finisher);
    code_.load_immediate(counter, 0x5555);
    store(Operation::sw, scratch, counter, 0);
    code_.jump(0, 0);
  }

  void store(Operation operation, unsigned base, unsigned from, std::int64_t offset) {
    code_.emit(operation,
               {0, static_cast<std::uint8_t>(base), static_cast<std::uint8_t>(from), offset});
  }

  enum class Interrupts : std::uint8_t { off, on };
  void interrupts(Interrupts wanted) {
    code_.load_immediate(scratch, mstatus_mie);
    code_.csr(wanted == Interrupts::on ? Operation::csrrs : Operation::csrrc, 0, mstatus, scratch);
  }

  /// mtimecmp = mtime + counts
  void arm(std::uint64_t counts) {
    code_.load_immediate(scratch, counts);
    code_.immediate(Operation::ld, time_now, mtime, 0);
    code_.registers(Operation::add, time_now, time_now, scratch);
    store(Operation::sd, mtimecmp, time_now, 0);
  }

  void item() {
    const std::uint64_t kind = random_.below(100);
    if (kind < 35) {
      computation();
    } else if (kind < 55) {
      timer_access();
    } else if (kind < 65) {
      arm(random_.percent(50) ? random_.below(distances_.sweep) : random_.below(3000));
    } else if (kind < 75) {
      sweep();
    } else if (kind < 83) {
      sleep();
    } else if (kind < 95) {
      control();
    } else {
      set_time();
    }
  }

  void computation() {
    static constexpr Operation registers[] = {
        Operation::add, Operation::sub,  Operation::sll, Operation::xor_, Operation::mul,
        Operation::div, Operation::remu, Operation::slt, Operation::addw, Operation::mulhu};
    switch (random_.below(7)) {
      case 0:
        code_.immediate(Operation::addi, value(), value(), random_.between(-2048, 2047));
        break;
      case 1:
        code_.half(static_cast<std::uint16_t>(0x0001 | value() << 7 | random_.between(1, 31) << 2));
        break;  // c.addi: the instructions behind it change their alignment
      case 2:
        code_.immediate(random_.pick({Operation::lw, Operation::ld, Operation::lbu, Operation::lh}),
                        value(), data, random_.between(0, 2039));  // misaligned, too
        break;
      case 3:
        store(random_.pick({Operation::sw, Operation::sd, Operation::sb}), data, value(),
              random_.between(0, 2039));
        break;
      case 4:
        code_.registers(random_.pick({Operation::amoadd_w, Operation::amoadd_d}), value(), data,
                        value());
        break;
      case 5:
        code_.branch(random_.pick({Operation::beq, Operation::bltu, Operation::bge}), value(),
                     value(), 8);
        code_.registers(Operation::add, value(), value(), value());
        break;
      default:
        code_.registers(registers[random_.below(std::size(registers))], value(), value(), value());
    }
  }

  void timer_access() {
    const unsigned base = random_.percent(50) ? mtime : mtimecmp;
    const std::int64_t half = random_.percent(50) ? 4 : 0;
    switch (random_.below(8)) {
      case 0:
      case 1:
        code_.immediate(Operation::ld, value(), base, 0);
        break;
      case 2:
        code_.immediate(random_.pick({Operation::lw, Operation::lwu}), value(), base, half);
        break;
      case 3:  // the safe order of halves: low = all ones, high, low
        code_.immediate(Operation::ld, time_now, mtime, 0);
        code_.immediate(Operation::addi, time_now, time_now, random_.between(0, 400));
        code_.immediate(Operation::addi, scratch, 0, -1);
        store(Operation::sw, mtimecmp, scratch, 0);
        code_.immediate(Operation::srli, scratch, time_now, 32);
        store(Operation::sw, mtimecmp, scratch, 4);
        store(Operation::sw, mtimecmp, time_now, 0);
        break;
      case 4:  // a half alone
        code_.immediate(Operation::lw, time_now, mtime, half);
        store(Operation::sw, mtimecmp, time_now, half);
        break;
      case 5:  // never, and back again
        code_.immediate(Operation::addi, scratch, 0, -1);
        store(Operation::sd, mtimecmp, scratch, 0);
        arm(random_.below(distances_.sweep));
        break;
      case 6:  // past
        store(Operation::sd, mtimecmp, 0, 0);
        break;
      default:
        code_.csr(Operation::csrrs, value(), random_.pick<std::uint16_t>({0xc01, 0xc00, 0xb00}), 0);
    }
  }

  /// The same code again and again, and each time the deadline is one count later: it comes at each
  /// of its instructions, and in the cycles of its accesses.
  void sweep() {
    code_.immediate(Operation::addi, distance, 0, random_.between(0, 8));
    code_.load_immediate(counter, static_cast<std::uint64_t>(random_.between(8, 40)));
    const std::uint64_t again = code_.address();
    code_.immediate(Operation::ld, time_now, mtime, 0);
    code_.registers(Operation::add, time_now, time_now, distance);
    store(Operation::sd, mtimecmp, time_now, 0);
    for (std::int64_t length = random_.between(3, 12); length > 0; --length) {
      if (random_.percent(60)) {
        computation();
      } else if (random_.percent(70)) {
        code_.immediate(Operation::ld, value(), random_.percent(50) ? mtime : mtimecmp, 0);
      } else if (random_.percent(70)) {
        store(Operation::sd, mtimecmp, time_now, 0);
      } else {
        control();
      }
    }
    code_.immediate(Operation::addi, distance, distance, random_.between(1, 2));
    code_.immediate(Operation::addi, counter, counter, -1);
    code_.branch(Operation::bne, counter, 0, at_offset(again, code_.address()));
  }

  void sleep() {
    code_.load_immediate(scratch, mtie);
    code_.csr(Operation::csrrs, 0, mie, scratch);
    arm(random_.below(random_.percent(50) ? distances_.sweep : 2000));
    code_.word(encode(Operation::wfi, {}));
  }

  void control() {
    switch (random_.below(9)) {
      case 0:
      case 1:
      case 2:
        interrupts(random_.percent(70) ? Interrupts::on : Interrupts::off);
        break;
      case 3:
        code_.load_immediate(scratch, mtie);
        code_.csr(random_.percent(70) ? Operation::csrrs : Operation::csrrc, value(), mie, scratch);
        break;
      case 4:
        code_.write_csr(mtvec, vector_ | (random_.percent(50) ? 1 : 0));
        break;
      case 5:
        code_.immediate(Operation::addi, scratch, 0, 1);
        store(Operation::sw, msip, scratch, 0);
        break;
      case 6:
        code_.load_immediate(scratch, uart_address);
        code_.load_immediate(time_now, static_cast<std::uint64_t>(random_.between('a', 'z')));
        store(Operation::sb, scratch, time_now, 0);
        code_.immediate(Operation::lbu, value(), scratch, random_.pick({0, 5}));
        break;
      case 7:
        code_.csr(Operation::csrrs, value(), random_.pick<std::uint16_t>({0x344, mstatus, mepc}),
                  0);
        break;
      default:
        code_.word(random_.percent(50) ? encode(Operation::ecall, {}) : 0xffffffff);
    }
  }

  /// mtime itself, a little on or back.
  void set_time() {
    code_.immediate(Operation::ld, time_now, mtime, 0);
    code_.immediate(Operation::addi, time_now, time_now, random_.between(-200, 200));
    if (random_.percent(70)) {
      store(Operation::sd, mtime, time_now, 0);
    } else {
      store(Operation::sw, mtime, time_now, 0);
    }
    arm(random_.below(distances_.sweep));
  }

  Random& random_;
  TimerDistances distances_;
  std::vector<std::uint8_t> image_;
  CodeBuffer code_{image_, image_base, image_base};
  std::uint64_t vector_ = 0;
};

}  // namespace

std::vector<std::uint8_t> timer_program(Random& random, const TimerDistances& distances) {
  return Generator(random, distances).generate();
}

}  // namespace cyclevisor::equality
