// A hart with a small memory that executes one instruction at a time, for directed tests of the
// privileged architecture. CSR numbers and encodings are written out as in the specification, so
// that the tests share no tables with the model.
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "models/hart/hart.hpp"
#include "tests/support/hart_on_pipeline.hpp"

namespace cyclevisor::test {

constexpr std::uint64_t ram = 0x8000'0000;
constexpr std::uint64_t ram_bytes = 0x4'0000;
constexpr std::uint64_t device = 0x1000'0000;  ///< 4 KiB; reads return 0x5a
constexpr std::uint64_t data_device = 0x1000'1000;  ///< the same, but not executable
constexpr std::uint64_t nowhere = 0x4000'0000;

// Memory layout.
constexpr std::uint64_t trampoline = ram;     ///< one MRET
constexpr std::uint64_t code = ram + 0x1000;  ///< the instruction under test
constexpr std::uint64_t m_vector = ram + 0x2000;
constexpr std::uint64_t s_vector = ram + 0x3000;
constexpr std::uint64_t vs_vector = ram + 0x4000;
constexpr std::uint64_t data = ram + 0x8000;

namespace encode {
constexpr std::uint32_t mret = 0x30200073, sret = 0x10200073, wfi = 0x10500073;
constexpr std::uint32_t ecall = 0x00000073, ebreak = 0x00100073, nop = 0x00000013;
constexpr std::uint32_t sfence_vma = 0x12000073, hfence_vvma = 0x22000073, hfence_gvma = 0x62000073,
                        fence_i = 0x0000100f;
constexpr std::uint32_t illegal = 0xffffffff;

constexpr std::uint32_t csr(unsigned funct3, unsigned rd, unsigned number, unsigned rs1) {
  return number << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t csrrw(unsigned rd, unsigned number, unsigned rs1) {
  return csr(1, rd, number, rs1);
}
constexpr std::uint32_t csrrs(unsigned rd, unsigned number, unsigned rs1) {
  return csr(2, rd, number, rs1);
}
constexpr std::uint32_t csrrc(unsigned rd, unsigned number, unsigned rs1) {
  return csr(3, rd, number, rs1);
}
/// lb 0, lh 1, lw 2, ld 3, lbu 4, lhu 5, lwu 6
constexpr std::uint32_t load(unsigned funct3, unsigned rd, unsigned rs1, unsigned offset = 0) {
  return offset << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | 0x03;
}
constexpr std::uint32_t store(unsigned funct3, unsigned rs2, unsigned rs1, unsigned offset = 0) {
  return (offset >> 5) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (offset & 0x1f) << 7 | 0x23;
}
constexpr std::uint32_t ld(unsigned rd, unsigned rs1) { return load(3, rd, rs1); }
constexpr std::uint32_t sd(unsigned rs2, unsigned rs1) { return store(3, rs2, rs1); }
constexpr std::uint32_t jalr(unsigned rd, unsigned rs1) { return rs1 << 15 | rd << 7 | 0x67; }
constexpr std::uint32_t atomic(unsigned funct5, unsigned rd, unsigned rs1, unsigned rs2) {
  return funct5 << 27 | rs2 << 20 | rs1 << 15 | 3 << 12 | rd << 7 | 0x2f;
}
constexpr std::uint32_t lr_d(unsigned rd, unsigned rs1) { return atomic(2, rd, rs1, 0); }
constexpr std::uint32_t sc_d(unsigned rd, unsigned rs1, unsigned rs2) {
  return atomic(3, rd, rs1, rs2);
}
constexpr std::uint32_t amoadd_d(unsigned rd, unsigned rs1, unsigned rs2) {
  return atomic(0, rd, rs1, rs2);
}
/// HLV/HLVX/HSV: funct7 from the listing, `selector` is rs2 of the loads.
constexpr std::uint32_t hypervisor(unsigned funct7, unsigned selector, unsigned rd, unsigned rs1) {
  return funct7 << 25 | selector << 20 | rs1 << 15 | 4 << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t hlv_d(unsigned rd, unsigned rs1) { return hypervisor(0x36, 0, rd, rs1); }
constexpr std::uint32_t hlvx_wu(unsigned rd, unsigned rs1) { return hypervisor(0x34, 3, rd, rs1); }
constexpr std::uint32_t hlvx_hu(unsigned rd, unsigned rs1) { return hypervisor(0x32, 3, rd, rs1); }
constexpr std::uint32_t hsv_d(unsigned rs2, unsigned rs1) { return hypervisor(0x37, rs2, 0, rs1); }
}  // namespace encode

/// The CSR numbers that the tests use, from the privileged specification's listing.
namespace number {
enum : std::uint16_t {
  sstatus = 0x100,
  sie = 0x104,
  stvec = 0x105,
  scounteren = 0x106,
  senvcfg = 0x10a,
  sscratch = 0x140,
  sepc = 0x141,
  scause = 0x142,
  stval = 0x143,
  sip = 0x144,
  stimecmp = 0x14d,
  satp = 0x180,
  vsstatus = 0x200,
  vsie = 0x204,
  vstvec = 0x205,
  vsscratch = 0x240,
  vsepc = 0x241,
  vscause = 0x242,
  vstval = 0x243,
  vsip = 0x244,
  vstimecmp = 0x24d,
  vsatp = 0x280,
  mstatus = 0x300,
  misa = 0x301,
  medeleg = 0x302,
  mideleg = 0x303,
  mie = 0x304,
  mtvec = 0x305,
  mcounteren = 0x306,
  menvcfg = 0x30a,
  mcountinhibit = 0x320,
  mscratch = 0x340,
  mepc = 0x341,
  mcause = 0x342,
  mtval = 0x343,
  mip = 0x344,
  mtinst = 0x34a,
  mtval2 = 0x34b,
  pmpcfg0 = 0x3a0,
  pmpaddr0 = 0x3b0,
  hstatus = 0x600,
  hedeleg = 0x602,
  hideleg = 0x603,
  hie = 0x604,
  htimedelta = 0x605,
  hcounteren = 0x606,
  hgeie = 0x607,
  henvcfg = 0x60a,
  htval = 0x643,
  hip = 0x644,
  hvip = 0x645,
  htinst = 0x64a,
  hgatp = 0x680,
  hgeip = 0xe12,
  mcycle = 0xb00,
  minstret = 0xb02,
  cycle = 0xc00,
  time = 0xc01,
  instret = 0xc02,
  mvendorid = 0xf11,
  mhartid = 0xf14,
};
}  // namespace number

/// Fields of mstatus and hstatus.
namespace field {
constexpr std::uint64_t one = 1;
constexpr std::uint64_t sie = one << 1, mie = one << 3, spie = one << 5, mpie = one << 7,
                        spp = one << 8, mpp = one << 11 | one << 12, mpp_s = one << 11,
                        mprv = one << 17, sum = one << 18, mxr = one << 19, tvm = one << 20,
                        tw = one << 21, tsr = one << 22, gva = one << 38, mpv = one << 39;
constexpr std::uint64_t h_gva = one << 6, spv = one << 7, spvp = one << 8, hu = one << 9,
                        vtvm = one << 20, vtw = one << 21, vtsr = one << 22;
}  // namespace field

/// The result of one call of `Machine::step`.
struct Step {
  std::optional<Retire> retired;
  std::optional<Trap> trap;
  bool waiting = false;
};

class Machine : private PhysicalBus, private TimeSource, private Sink {
 public:
  static constexpr const char* default_isa = "rv64imac_zicsr_zifencei_zicntr_sstc_svadu_h";

  explicit Machine(const char* isa = default_isa,
                   MisalignedAccess misaligned = MisalignedAccess::hardware,
                   TestEngine engine = test_engine)
      : memory_(ram_bytes) {
    events_.attach(*this);
    HartConfig config;
    config.extensions = parse_isa_string(isa);
    config.misaligned = misaligned;
    hart_ = std::make_unique<Hart>(config, static_cast<PhysicalBus&>(*this),
                                   static_cast<TimeSource&>(*this), events_, engine(map_));
    hart_->reset(VirtualAddress(code), 0, 0);
    hart_->set_horizon(Cycle::never());
    put(trampoline, encode::mret);
    set(number::mtvec, m_vector);
    if (has(number::stvec)) set(number::stvec, s_vector);
    if (has(number::vstvec)) set(number::vstvec, vs_vector);
    // All of memory is accessible to the less privileged modes.
    set(number::pmpaddr0, ~std::uint64_t{0});
    set(number::pmpcfg0, 0x1f);
    for (unsigned i = 1; i < 32; ++i) hart_->set_x(i, 0);
  }

  Hart& hart() { return *hart_; }
  PrivilegeMode mode() const { return hart_->mode(); }
  std::uint64_t pc() const { return hart_->pc().value; }

  bool has(std::uint16_t csr) const { return hart_->csr(csr).has_value(); }
  std::uint64_t get(std::uint16_t csr) const {
    const auto value = hart_->csr(csr);
    INFO("CSR " << csr);
    REQUIRE(value.has_value());
    return *value;
  }
  void set(std::uint16_t csr, std::uint64_t value) {
    INFO("CSR " << csr);
    REQUIRE(hart_->set_csr(csr, value));
  }
  void set_bits(std::uint16_t csr, std::uint64_t bits) { set(csr, get(csr) | bits); }
  void clear_bits(std::uint16_t csr, std::uint64_t bits) { set(csr, get(csr) & ~bits); }

  void put(std::uint64_t address, std::uint32_t instruction) {
    std::memcpy(&memory_.at(address - ram), &instruction, sizeof instruction);
  }
  void put64(std::uint64_t address, std::uint64_t value) {
    std::memcpy(&memory_.at(address - ram), &value, sizeof value);
  }
  std::uint64_t get64(std::uint64_t address) const {
    std::uint64_t value;
    std::memcpy(&value, &memory_.at(address - ram), sizeof value);
    return value;
  }

  /// Enters `mode` at `pc` as software does, by MRET. The fields that MRET changes are restored;
  /// MPRV is clear afterwards.
  void enter(PrivilegeMode mode, std::uint64_t pc = code) {
    force_machine_mode();
    const std::uint64_t before = get(number::mstatus);
    const std::uint64_t mie = before & field::mie;
    std::uint64_t status = before & ~(field::mpp | field::mpv | field::mpie | field::mie);
    status |= (static_cast<std::uint64_t>(mode) & 3) << 11;
    if (is_virtual(mode)) status |= field::mpv;
    if (mie != 0) status |= field::mpie;
    set(number::mstatus, status);
    set(number::mepc, pc);
    hart_->set_pc(VirtualAddress(trampoline));
    const Step step = this->step();
    REQUIRE(step.retired.has_value());
    REQUIRE(this->mode() == mode);
    REQUIRE(this->pc() == pc);
  }

  /// Executes one instruction in `mode`, at `code`.
  Step run(PrivilegeMode mode, std::uint32_t instruction) {
    put(code, instruction);
    enter(mode);
    return step();
  }

  /// Runs until an instruction has retired, a trap was taken, or WFI waits.
  Step step() {
    last_ = Step();
    const Hart::Stop stop = hart_->run();
    last_.waiting = stop == Hart::Stop::waiting;
    return last_;
  }

  std::uint64_t time_value = 0;  ///< the value of mtime, which does not advance

 private:
  /// Enters M-mode by an exception that is not delegated: a fetch from an address without memory.
  /// Clobbers mepc, mcause and mtval.
  void force_machine_mode() {
    if (mode() == PrivilegeMode::machine) return;
    const std::uint64_t status = get(number::mstatus);
    const std::uint64_t enabled = get(number::mie);
    const std::uint64_t delegated = has(number::medeleg) ? get(number::medeleg) : 0;
    if (has(number::medeleg)) set(number::medeleg, 0);
    set(number::mie, 0);
    hart_->set_pc(VirtualAddress(nowhere));
    step();
    REQUIRE(mode() == PrivilegeMode::machine);
    set(number::mie, enabled);
    if (has(number::medeleg)) set(number::medeleg, delegated);
    set(number::mstatus, status);
  }

  // PhysicalBus
  DirectRegion direct(PhysicalAddress address) override {
    if (address.value < ram || address.value >= ram + ram_bytes) return {};
    return {PhysicalAddress(ram), ram_bytes, memory_.data(), true};
  }
  BusReply read(PhysicalAddress address, unsigned, Cycle at) override {
    BusReply reply;
    reply.done = at + Cycle(1);
    reply.data = 0x5a;
    if (!is_device(address)) reply.status = BusStatus::error;
    return reply;
  }
  BusReply write(PhysicalAddress address, unsigned, std::uint64_t, Cycle at) override {
    BusReply reply;
    reply.done = at + Cycle(1);
    if (!is_device(address)) reply.status = BusStatus::error;
    return reply;
  }
  static bool is_device(PhysicalAddress address) {
    return address.value >= device && address.value < data_device + 0x1000;
  }

  // TimeSource
  std::uint64_t mtime(Cycle) override { return time_value; }
  Cycle cycle_of(std::uint64_t) const override { return Cycle::never(); }

  // Sink
  void on(const Retire& event) override {
    last_.retired = event;
    hart_->request_stop();
  }
  void on(const Trap& event) override {
    last_.trap = event;
    hart_->request_stop();
  }

  const TestMap map_{{ram, ram_bytes}, {device, 0x1000}, {data_device, 0x1000}};
  std::vector<std::byte> memory_;
  EventStream events_;
  std::unique_ptr<Hart> hart_;
  Step last_;
};

constexpr PrivilegeMode mode_u = PrivilegeMode::user, mode_s = PrivilegeMode::supervisor,
                        mode_m = PrivilegeMode::machine, mode_vu = PrivilegeMode::virtual_user,
                        mode_vs = PrivilegeMode::virtual_supervisor;
constexpr PrivilegeMode all_modes[] = {mode_u, mode_s, mode_m, mode_vu, mode_vs};

constexpr bool has_bit(std::uint64_t value, std::uint64_t mask) { return (value & mask) != 0; }

constexpr std::uint64_t interrupt_bit = std::uint64_t{1} << 63;

}  // namespace cyclevisor::test
