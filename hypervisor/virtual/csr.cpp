#include "hypervisor/virtual/csr.hpp"

#include "hypervisor/arch/csr.hpp"
#include "hypervisor/arch/hart.hpp"

namespace cyclevisor::hypervisor {
namespace {

constexpr uint64_t extension(char letter) { return uint64_t{1} << (letter - 'A'); }
constexpr uint64_t mxl_64 = uint64_t{2} << 62;
constexpr uint64_t virtual_extensions =
    extension('I') | extension('M') | extension('A') | extension('C') | extension('U');
constexpr unsigned pmpcfg0 = 0x3a0;
constexpr unsigned pmpaddr0 = 0x3b0;
uint64_t misa = mxl_64 | virtual_extensions;

template <uint64_t Vcpu::*field>
uint64_t read_field(const VirtualMachine& vm, unsigned) {
  return vm.vcpu.*field;
}

template <uint64_t Vcpu::*field>
void write_field(VirtualMachine& vm, unsigned, uint64_t value) {
  vm.vcpu.*field = value;
}

uint64_t read_zero(const VirtualMachine&, unsigned) { return 0; }

uint64_t read_misa(const VirtualMachine&, unsigned) { return misa; }

void write_mstatus(VirtualMachine& vm, unsigned, uint64_t value) {
  // MPP is WARL: M and U exist; a write of anything else leaves it as it was.
  const uint64_t mpp = value & mstatus::mpp;
  if (mpp != 0 && mpp != mstatus::mpp) {
    value = (value & ~mstatus::mpp) | (vm.vcpu.mstatus & mstatus::mpp);
  }
  vm.vcpu.mstatus = value;
}

uint64_t read_mip(const VirtualMachine& vm, unsigned) { return virtual_mip(vm, physical_time()); }

void write_mie(VirtualMachine& vm, unsigned, uint64_t value) {
  vm.vcpu.mie = value;
  vm.timer_changed = true;  // a timer whose interrupt is disabled needs no comparator
}

uint64_t read_cycle(const VirtualMachine& vm, unsigned) {
  return physical_cycles() + vm.vcpu.mcycle_offset;
}

void write_mcycle(VirtualMachine& vm, unsigned, uint64_t value) {
  vm.vcpu.mcycle_offset = value - physical_cycles();
}

uint64_t read_instret(const VirtualMachine& vm, unsigned) {
  return physical_instructions() + vm.vcpu.minstret_offset;
}

void write_minstret(VirtualMachine& vm, unsigned, uint64_t value) {
  vm.vcpu.minstret_offset = value - physical_instructions();
}

uint64_t read_pmpcfg(const VirtualMachine& vm, unsigned number) {
  return vm.pmp.config(number - pmpcfg0);
}

void write_pmpcfg(VirtualMachine& vm, unsigned number, uint64_t value) {
  vm.pmp.set_config(number - pmpcfg0, value);
  vm.protection = nullptr;
}

uint64_t read_pmpaddr(const VirtualMachine& vm, unsigned number) {
  return vm.pmp.address(number - pmpaddr0);
}

void write_pmpaddr(VirtualMachine& vm, unsigned number, uint64_t value) {
  vm.pmp.set_address(number - pmpaddr0, value);
  vm.protection = nullptr;
}

uint64_t read_time(const VirtualMachine& vm, unsigned) { return vm.timer.time(physical_time()); }

constexpr uint64_t all = ~uint64_t{0};

// In the order of the privileged specification's "CSR Listing". CSRs of modes and extensions that
// the virtual hart does not have (S, H, debug, triggers) are absent: an access is illegal.
constexpr VirtualCsr table[] = {
    {"cycle", 0xc00, 1, 1, 0, read_cycle, nullptr},
    {"time", 0xc01, 1, 1, 0, read_time, nullptr},
    {"instret", 0xc02, 1, 1, 0, read_instret, nullptr},
    {"hpmcounter3..31", 0xc03, 29, 1, 0, read_zero, nullptr},
    {"mvendorid", 0xf11, 1, 1, 0, read_zero, nullptr},
    {"marchid", 0xf12, 1, 1, 0, read_zero, nullptr},
    {"mimpid", 0xf13, 1, 1, 0, read_zero, nullptr},
    {"mhartid", 0xf14, 1, 1, 0, read_zero, nullptr},
    {"mconfigptr", 0xf15, 1, 1, 0, read_zero, nullptr},
    {"mstatus", 0x300, 1, 1,
     mstatus::mie | mstatus::mpie | mstatus::mpp | mstatus::mprv | mstatus::tw,
     read_field<&Vcpu::mstatus>, write_mstatus},
    {"misa", 0x301, 1, 1, 0, read_misa, nullptr},
    {"mie", 0x304, 1, 1,
     interrupt::bit(interrupt::machine_software) | interrupt::bit(interrupt::machine_timer) |
         interrupt::bit(interrupt::machine_external),
     read_field<&Vcpu::mie>, write_mie},
    // BASE is aligned to four bytes, MODE is direct or vectored.
    {"mtvec", 0x305, 1, 1, all & ~uint64_t{2}, read_field<&Vcpu::mtvec>, write_field<&Vcpu::mtvec>},
    {"mcounteren", 0x306, 1, 1, 0x7, read_field<&Vcpu::mcounteren>, write_field<&Vcpu::mcounteren>},
    {"menvcfg", 0x30a, 1, 1, 0x1, read_field<&Vcpu::menvcfg>, write_field<&Vcpu::menvcfg>},
    {"mcountinhibit", 0x320, 1, 1, 0, read_zero, nullptr},
    {"mhpmevent3..31", 0x323, 29, 1, 0, read_zero, nullptr},
    {"mscratch", 0x340, 1, 1, all, read_field<&Vcpu::mscratch>, write_field<&Vcpu::mscratch>},
    {"mepc", 0x341, 1, 1, all & ~uint64_t{1}, read_field<&Vcpu::mepc>, write_field<&Vcpu::mepc>},
    {"mcause", 0x342, 1, 1, all, read_field<&Vcpu::mcause>, write_field<&Vcpu::mcause>},
    {"mtval", 0x343, 1, 1, all, read_field<&Vcpu::mtval>, write_field<&Vcpu::mtval>},
    {"mip", 0x344, 1, 1, 0, read_mip, nullptr},
    // On RV64 odd pmpcfg numbers do not exist.
    {"pmpcfg0..2", pmpcfg0, 2, 2, all, read_pmpcfg, write_pmpcfg},
    {"pmpcfg4..14", pmpcfg0 + 4, 6, 2, 0, read_zero, nullptr},
    {"pmpaddr0..15", pmpaddr0, 16, 1, all >> 10, read_pmpaddr, write_pmpaddr},
    {"pmpaddr16..63", pmpaddr0 + 16, 48, 1, 0, read_zero, nullptr},
    {"mcycle", 0xb00, 1, 1, all, read_cycle, write_mcycle},
    {"minstret", 0xb02, 1, 1, all, read_instret, write_minstret},
    {"mhpmcounter3..31", 0xb03, 29, 1, 0, read_zero, nullptr},
};

/// Number of a CSR to its row in the table, plus one; 0 = none. Worked out by the compiler, so that
/// a trap pays one load instead of a search.
struct Index {
  uint8_t row[4096] = {};
};

constexpr Index make_index() {
  Index index;
  uint8_t row = 0;
  for (const VirtualCsr& csr : table) {
    ++row;
    for (unsigned i = 0; i < csr.count; ++i) index.row[csr.first + i * csr.step] = row;
  }
  return index;
}

constexpr Index index = make_index();

/// CSR numbers encode who may access them (privileged specification, "CSR Address Mapping
/// Conventions"): bits 9:8 the lowest mode, bits 11:10 = 3 read-only.
constexpr unsigned lowest_mode(unsigned number) { return number >> 8 & 3; }
constexpr bool read_only(unsigned number) { return number >> 10 == 3; }

bool accessible(const Vcpu& vcpu, unsigned number) {
  if (vcpu.mode == VirtualMode::machine) return true;
  if (lowest_mode(number) != 0) return false;
  // All that remain are the counters 0xc00..0xc1f, which mcounteren gives to user mode one by one.
  return (vcpu.mcounteren >> (number & 0x1f) & 1) != 0;
}

}  // namespace

const VirtualCsr* find_virtual_csr(unsigned number) {
  const uint8_t row = index.row[number & 0xfff];
  return row != 0 ? &table[row - 1] : nullptr;
}

HYPERVISOR_STAGE CsrStatus virtual_csr_access(VirtualMachine* vm, CsrInstruction instruction) {
  using Action = CsrInstruction::Action;
  const unsigned number = instruction.csr();
  const VirtualCsr* csr = find_virtual_csr(number);
  if (csr == nullptr || !accessible(vm->vcpu, number)) return CsrStatus::illegal;
  const Action action = instruction.action();
  // csrrs and csrrc with rs1 = x0 (or immediate 0) do not write at all ("Zicsr").
  const bool writes = action == Action::write || instruction.rs1() != 0;
  if (writes && read_only(number)) return CsrStatus::illegal;

  const uint64_t old = csr->read(*vm, number);
  if (writes && csr->writable != 0) {
    uint64_t value = instruction.rs1();
    if (!instruction.has_immediate()) value = vm->vcpu.x[value];
    if (action == Action::set) value = old | value;
    if (action == Action::clear) value = old & ~value;
    csr->write(*vm, number, (old & ~csr->writable) | (value & csr->writable));
  }
  vm->vcpu.set_x(instruction.rd(), old);
  return CsrStatus::ok;
}

void set_virtual_misa(uint64_t physical_misa) {
  if (physical_misa != 0) misa = mxl_64 | (physical_misa & virtual_extensions);
}

}  // namespace cyclevisor::hypervisor
