#include "models/hart/csr/csr_table.hpp"

#include <algorithm>
#include <array>

#include "models/hart/csr/csr_number.hpp"

namespace cyclevisor {
namespace {

using Presence = CsrPresence;
using Kind = CsrKind;
using Guard = CsrGuard;
using Effect = CsrEffect;
using State = CsrState;

constexpr std::uint64_t all_bits = ~std::uint64_t{0};

constexpr std::uint64_t sstatus_mask =
    mstatus::sie | mstatus::spie | mstatus::spp | mstatus::sum | mstatus::mxr;
constexpr std::uint64_t mstatus_mask = sstatus_mask | mstatus::mie | mstatus::mpie | mstatus::mpp |
                                       mstatus::mprv | mstatus::tvm | mstatus::tw | mstatus::tsr |
                                       mstatus::gva | mstatus::mpv;
constexpr std::uint64_t hstatus_mask = hstatus::gva | hstatus::spv | hstatus::spvp | hstatus::hu |
                                       hstatus::vtvm | hstatus::vtw | hstatus::vtsr;

// Exceptions 0..9, 12, 13, 15; with H also 10 and 20..23. Not 11: environment calls from M-mode are
// never delegated.
constexpr std::uint64_t medeleg_base = 0xb3ff;
constexpr std::uint64_t medeleg_hypervisor = 0xf00400;
// Not 9..11 and 20..23: they are never delegated beyond HS-mode.
constexpr std::uint64_t hedeleg_mask = 0xb1ff;

constexpr std::uint64_t counter_mask = counter::cy | counter::tm | counter::ir;
constexpr std::uint64_t envcfg_mask = envcfg::fiom | envcfg::adue | envcfg::stce;
// MODE, 16 bits of ASID, 44 of PPN; hgatp has 14 bits of VMID, and PPN is a multiple of 4 pages.
constexpr std::uint64_t satp_mask = all_bits;
constexpr std::uint64_t hgatp_mask = 0xf3fffffffffffffc;
constexpr std::uint64_t vector_mask = tvec::base_mask | tvec::vectored;

/// Attributes that few rows have, the most frequent first.
struct Extras {
  std::uint16_t virtual_counterpart = 0;
  Guard guard = Guard::none;
  Effect effect = Effect::none;
};

class TableBuilder {
 public:
  void add(std::uint16_t number, const std::string& name, Presence presence, Kind kind,
           std::uint64_t State::*storage, std::uint64_t mask, const char* description,
           Extras extras = {}) {
    CsrRow row;
    row.number = number;
    row.name = name;
    row.presence = presence;
    row.kind = kind;
    row.storage = storage;
    row.write_mask = mask;
    row.guard = extras.guard;
    row.effect = extras.effect;
    row.virtual_counterpart = extras.virtual_counterpart;
    row.description = description;
    row.section = section_;
    rows_.push_back(row);
  }
  void section(const char* name) { section_ = name; }

  std::vector<CsrRow> finish() {
    std::sort(rows_.begin(), rows_.end(),
              [](const CsrRow& a, const CsrRow& b) { return a.number < b.number; });
    return std::move(rows_);
  }

 private:
  std::vector<CsrRow> rows_;
  std::string section_;
};

void add_counters(TableBuilder& t) {
  t.section("Zicntr (unprivileged specification)");
  t.add(csr::cycle, "cycle", Presence::zicntr, Kind::cycle_counter, nullptr, 0,
        "mcycle for less privileged modes", {0, Guard::counter_cycle});
  t.add(csr::time, "time", Presence::zicntr, Kind::time_counter, nullptr, 0,
        "mtime of the platform's timer, plus htimedelta when V=1", {0, Guard::counter_time});
  t.add(csr::instret, "instret", Presence::zicntr, Kind::retired_counter, nullptr, 0,
        "minstret for less privileged modes", {0, Guard::counter_instret});

  t.section("Hardware Performance Monitor");
  t.add(csr::mcycle, "mcycle", Presence::always, Kind::cycle_counter, nullptr, all_bits,
        "the cycle in which the reading instruction leaves the memory stage");
  t.add(csr::minstret, "minstret", Presence::always, Kind::retired_counter, nullptr, all_bits,
        "instructions retired before the reading instruction");
  for (unsigned n = 3; n < 32; ++n) {
    t.add(static_cast<std::uint16_t>(csr::mhpmcounter3 + n - 3), "mhpmcounter" + std::to_string(n),
          Presence::always, Kind::zero, nullptr, 0, "not implemented: counts no event");
    t.add(static_cast<std::uint16_t>(csr::mhpmevent3 + n - 3), "mhpmevent" + std::to_string(n),
          Presence::always, Kind::zero, nullptr, 0, "not implemented: selects no event");
  }
  t.section("Machine Counter-Inhibit (mcountinhibit) Register");
  t.add(csr::mcountinhibit, "mcountinhibit", Presence::always, Kind::count_inhibit,
        &State::mcountinhibit, counter::cy | counter::ir, "CY, IR: stops mcycle, minstret");
  t.section("Machine Counter-Enable (mcounteren) Register");
  t.add(csr::mcounteren, "mcounteren", Presence::user, Kind::plain, &State::mcounteren,
        counter_mask, "which counters less privileged modes may read");
}

void add_machine(TableBuilder& t) {
  t.section("Machine-Level CSRs: identification");
  t.add(csr::misa, "misa", Presence::always, Kind::identity, nullptr, 0,
        "MXL=2 and the extension letters of the configuration; not writable");
  t.add(csr::mvendorid, "mvendorid", Presence::always, Kind::zero, nullptr, 0,
        "0: non-commercial implementation");
  t.add(csr::marchid, "marchid", Presence::always, Kind::zero, nullptr, 0,
        "0: no registered architecture ID");
  t.add(csr::mimpid, "mimpid", Presence::always, Kind::zero, nullptr, 0, "0: no implementation ID");
  t.add(csr::mhartid, "mhartid", Presence::always, Kind::identity, nullptr, 0, "hart number");
  t.add(csr::mconfigptr, "mconfigptr", Presence::always, Kind::zero, nullptr, 0,
        "no configuration structure");

  t.section("Machine Status (mstatus) Register");
  t.add(csr::mstatus, "mstatus", Presence::always, Kind::mstatus, &State::mstatus, mstatus_mask,
        "MPP holds supported modes only; UXL=SXL=2; FS, VS, XS, SD and endianness read 0",
        {0, Guard::none, Effect::none});
  t.section("Machine Trap-Vector Base-Address (mtvec) Register");
  t.add(csr::mtvec, "mtvec", Presence::always, Kind::trap_vector, &State::mtvec, vector_mask,
        "BASE and MODE 0 (direct) or 1 (vectored)");
  t.section("Machine Trap Delegation (medeleg and mideleg) Registers");
  t.add(csr::medeleg, "medeleg", Presence::supervisor, Kind::plain, &State::medeleg,
        medeleg_base | medeleg_hypervisor,
        "exceptions delegated to (H)S-mode; 10 and 20..23 need H");
  t.add(csr::mideleg, "mideleg", Presence::supervisor, Kind::plain, &State::mideleg,
        interrupt::supervisor, "interrupts delegated to (H)S-mode; VS-level ones always are");
  t.section("Machine Interrupt (mip and mie) Registers");
  t.add(csr::mie, "mie", Presence::always, Kind::plain, &State::mie,
        interrupt::machine | interrupt::supervisor | interrupt::virtual_supervisor,
        "interrupt enables; SGEIE reads 0 because GEILEN=0");
  t.add(csr::mip, "mip", Presence::always, Kind::interrupt_pending, nullptr,
        interrupt::supervisor | interrupt::vssi,
        "pending interrupts; SSIP, STIP (unless stimecmp drives it), SEIP and VSSIP are "
        "writable");
  t.section("Machine Scratch, Exception Program Counter, Cause and Trap Value Registers");
  t.add(csr::mscratch, "mscratch", Presence::always, Kind::plain, &State::mscratch, all_bits,
        "scratch register for the trap handler");
  t.add(csr::mepc, "mepc", Presence::always, Kind::exception_pc, &State::mepc, ~std::uint64_t{1},
        "pc of the instruction that trapped");
  t.add(csr::mcause, "mcause", Presence::always, Kind::plain, &State::mcause, all_bits,
        "trap cause; all bits are writable");
  t.add(csr::mtval, "mtval", Presence::always, Kind::plain, &State::mtval, all_bits,
        "faulting address, instruction bits or 0");
  t.add(csr::mtinst, "mtinst", Presence::hypervisor, Kind::plain, &State::mtinst, all_bits,
        "transformed instruction or pseudoinstruction of a trap into M-mode");
  t.add(csr::mtval2, "mtval2", Presence::hypervisor, Kind::plain, &State::mtval2, all_bits,
        "guest physical address of a guest-page fault, shifted right by 2");
  t.section("Machine Environment Configuration (menvcfg) Register");
  t.add(csr::menvcfg, "menvcfg", Presence::user, Kind::plain, &State::menvcfg, envcfg_mask,
        "FIOM; ADUE with Svadu; STCE with Sstc", {0, Guard::none, Effect::timer_and_protection});

  t.section("Physical Memory Protection CSRs");
  for (unsigned n : {0u, 2u}) {
    t.add(static_cast<std::uint16_t>(csr::pmpcfg0 + n), "pmpcfg" + std::to_string(n),
          Presence::always, Kind::pmp_config, nullptr, 0x9f9f9f9f9f9f9f9f,
          "A, X, W, R and L of 8 entries; writes to locked entries are ignored; R=0 with W=1 is "
          "reserved",
          {0, Guard::none, Effect::protection});
  }
  for (unsigned n = 0; n < 16; ++n) {
    t.add(static_cast<std::uint16_t>(csr::pmpaddr0 + n), "pmpaddr" + std::to_string(n),
          Presence::always, Kind::pmp_address, nullptr, (std::uint64_t{1} << 54) - 1,
          "physical address bits 55:2", {0, Guard::none, Effect::protection});
  }
  t.section("Sdtrig (debug specification): no trigger is implemented");
  t.add(csr::tselect, "tselect", Presence::always, Kind::zero, nullptr, 0, "no trigger to select");
  t.add(csr::tdata1, "tdata1", Presence::always, Kind::zero, nullptr, 0,
        "type 0: there is no trigger");
  t.add(csr::tdata2, "tdata2", Presence::always, Kind::zero, nullptr, 0, "no trigger");
  t.add(csr::tdata3, "tdata3", Presence::always, Kind::zero, nullptr, 0, "no trigger");
}

void add_supervisor(TableBuilder& t) {
  const Presence s = Presence::supervisor;
  t.section("Supervisor CSRs");
  t.add(csr::sstatus, "sstatus", s, Kind::sstatus, &State::mstatus, sstatus_mask,
        "the supervisor's fields of mstatus", {csr::vsstatus});
  t.add(csr::sie, "sie", s, Kind::interrupt_enable, nullptr, interrupt::supervisor,
        "mie masked by mideleg", {csr::vsie});
  t.add(csr::sip, "sip", s, Kind::interrupt_pending, nullptr, interrupt::ssi,
        "mip masked by mideleg; SSIP is writable", {csr::vsip});
  t.add(csr::stvec, "stvec", s, Kind::trap_vector, &State::stvec, vector_mask,
        "BASE and MODE 0 (direct) or 1 (vectored)", {csr::vstvec});
  t.add(csr::scounteren, "scounteren", s, Kind::plain, &State::scounteren, counter_mask,
        "which counters U-mode (VU-mode) may read");
  t.add(csr::senvcfg, "senvcfg", s, Kind::plain, &State::senvcfg, envcfg::fiom, "FIOM");
  t.add(csr::sscratch, "sscratch", s, Kind::plain, &State::sscratch, all_bits,
        "scratch register for the trap handler", {csr::vsscratch});
  t.add(csr::sepc, "sepc", s, Kind::exception_pc, &State::sepc, ~std::uint64_t{1},
        "pc of the instruction that trapped", {csr::vsepc});
  t.add(csr::scause, "scause", s, Kind::plain, &State::scause, all_bits,
        "trap cause; all bits are writable", {csr::vscause});
  t.add(csr::stval, "stval", s, Kind::plain, &State::stval, all_bits,
        "faulting address, instruction bits or 0", {csr::vstval});
  t.section("Supervisor Address Translation and Protection (satp) Register");
  t.add(csr::satp, "satp", s, Kind::translation, &State::satp, satp_mask,
        "a write with an unsupported MODE has no effect",
        {csr::vsatp, Guard::satp, Effect::address_space});
  t.section("Sstc Extension");
  t.add(csr::stimecmp, "stimecmp", Presence::sstc, Kind::plain, &State::stimecmp, all_bits,
        "STIP = time >= stimecmp while menvcfg.STCE is set",
        {csr::vstimecmp, Guard::supervisor_timer, Effect::timer});
  t.add(csr::vstimecmp, "vstimecmp", Presence::sstc_hypervisor, Kind::plain, &State::vstimecmp,
        all_bits, "VSTIP = time + htimedelta >= vstimecmp while henvcfg.STCE is set",
        {0, Guard::supervisor_timer, Effect::timer});
}

void add_hypervisor(TableBuilder& t) {
  const Presence h = Presence::hypervisor;
  t.section("Hypervisor and Virtual Supervisor CSRs");
  t.add(csr::hstatus, "hstatus", h, Kind::plain, &State::hstatus, hstatus_mask,
        "VSXL=2; VGEIN and VSBE read 0");
  t.add(csr::hedeleg, "hedeleg", h, Kind::plain, &State::hedeleg, hedeleg_mask,
        "exceptions delegated to VS-mode");
  t.add(csr::hideleg, "hideleg", h, Kind::plain, &State::hideleg, interrupt::virtual_supervisor,
        "interrupts delegated to VS-mode");
  t.add(csr::hie, "hie", h, Kind::interrupt_enable, nullptr, interrupt::virtual_supervisor,
        "the VS-level bits of mie; SGEIE reads 0");
  t.add(csr::hip, "hip", h, Kind::interrupt_pending, nullptr, interrupt::vssi,
        "the VS-level bits of mip; VSSIP is writable; SGEIP reads 0");
  t.add(csr::hvip, "hvip", h, Kind::hvip, &State::hvip, interrupt::virtual_supervisor,
        "interrupts that the hypervisor injects into VS-mode");
  t.add(csr::hgeie, "hgeie", h, Kind::zero, nullptr, 0, "GEILEN=0");
  t.add(csr::hgeip, "hgeip", h, Kind::zero, nullptr, 0, "GEILEN=0");
  t.add(csr::hcounteren, "hcounteren", h, Kind::plain, &State::hcounteren, counter_mask,
        "which counters the virtual machine may read");
  t.add(csr::henvcfg, "henvcfg", h, Kind::environment, &State::henvcfg, envcfg_mask,
        "FIOM; ADUE and STCE read 0 while they are 0 in menvcfg",
        {0, Guard::none, Effect::timer_and_protection});
  t.add(csr::htimedelta, "htimedelta", h, Kind::plain, &State::htimedelta, all_bits,
        "added to time when V=1", {0, Guard::none, Effect::timer});
  t.add(csr::htval, "htval", h, Kind::plain, &State::htval, all_bits,
        "guest physical address of a guest-page fault, shifted right by 2");
  t.add(csr::htinst, "htinst", h, Kind::plain, &State::htinst, all_bits,
        "transformed instruction or pseudoinstruction of a trap into HS-mode");
  t.add(csr::hgatp, "hgatp", h, Kind::translation, &State::hgatp, hgatp_mask,
        "a write with an unsupported MODE leaves MODE unchanged",
        {0, Guard::hgatp, Effect::address_space});

  t.add(csr::vsstatus, "vsstatus", h, Kind::plain, &State::vsstatus, sstatus_mask, "UXL=2");
  t.add(csr::vsie, "vsie", h, Kind::interrupt_enable, nullptr, interrupt::supervisor,
        "the VS-level bits of mie masked by hideleg, shifted right by 1");
  t.add(csr::vsip, "vsip", h, Kind::interrupt_pending, nullptr, interrupt::ssi,
        "the VS-level bits of mip masked by hideleg, shifted right by 1; SSIP is writable");
  t.add(csr::vstvec, "vstvec", h, Kind::trap_vector, &State::vstvec, vector_mask,
        "BASE and MODE 0 (direct) or 1 (vectored)");
  t.add(csr::vsscratch, "vsscratch", h, Kind::plain, &State::vsscratch, all_bits,
        "scratch register for the guest's trap handler");
  t.add(csr::vsepc, "vsepc", h, Kind::exception_pc, &State::vsepc, ~std::uint64_t{1},
        "pc of the instruction that trapped");
  t.add(csr::vscause, "vscause", h, Kind::plain, &State::vscause, all_bits,
        "trap cause; all bits are writable");
  t.add(csr::vstval, "vstval", h, Kind::plain, &State::vstval, all_bits,
        "faulting address, instruction bits or 0");
  t.add(
      csr::vsatp, "vsatp", h, Kind::translation, &State::vsatp, satp_mask,
      "a write with an unsupported MODE has no effect with V=1, and leaves MODE unchanged with V=0",
      {0, Guard::none, Effect::address_space});
}

std::vector<CsrRow> build() {
  TableBuilder t;
  add_counters(t);
  add_machine(t);
  add_supervisor(t);
  add_hypervisor(t);
  return t.finish();
}

std::array<const CsrRow*, csr::count> index_rows() {
  std::array<const CsrRow*, csr::count> index{};
  for (const CsrRow& row : csr_table()) index[row.number] = &row;
  return index;
}

}  // namespace

const std::vector<CsrRow>& csr_table() {
  static const std::vector<CsrRow> table = build();
  return table;
}

const CsrRow* find_csr(std::uint16_t number) {
  static const std::array<const CsrRow*, csr::count> index = index_rows();
  return number < csr::count ? index[number] : nullptr;
}

const char* csr_name(std::uint16_t number) {
  const CsrRow* row = find_csr(number);
  return row != nullptr ? row->name.c_str() : nullptr;
}

bool is_present(const CsrRow& row, ExtensionSet extensions) {
  switch (row.presence) {
    case Presence::always:
      return true;
    case Presence::user:
      return extensions.contains(Extension::u);
    case Presence::supervisor:
      return extensions.contains(Extension::s);
    case Presence::hypervisor:
      return extensions.contains(Extension::h);
    case Presence::zicntr:
      return extensions.contains(Extension::zicntr);
    case Presence::sstc:
      return extensions.contains(Extension::sstc);
    case Presence::sstc_hypervisor:
      return extensions.contains(Extension::sstc) && extensions.contains(Extension::h);
  }
  return false;
}

std::uint64_t writable_bits(const CsrRow& row, const HartConfig& config) {
  const ExtensionSet extensions = config.extensions;
  std::uint64_t absent = 0;
  switch (row.number) {
    case csr::mstatus:
      if (!extensions.contains(Extension::u)) absent |= mstatus::mprv | mstatus::tw | mstatus::mpp;
      if (!extensions.contains(Extension::s)) absent |= sstatus_mask | mstatus::tvm | mstatus::tsr;
      if (config.paging == PagingLevels::bare_only) absent |= mstatus::sum | mstatus::tvm;
      if (!extensions.contains(Extension::h)) absent |= mstatus::gva | mstatus::mpv;
      break;
    case csr::sstatus:
    case csr::vsstatus:
      if (config.paging == PagingLevels::bare_only) absent |= mstatus::sum;
      break;
    case csr::medeleg:
      if (!extensions.contains(Extension::h)) absent |= medeleg_hypervisor;
      break;
    case csr::mie:
    case csr::mip:
      if (!extensions.contains(Extension::s)) absent |= interrupt::supervisor;
      if (!extensions.contains(Extension::h)) absent |= interrupt::virtual_supervisor;
      break;
    case csr::mepc:
    case csr::sepc:
    case csr::vsepc:
      if (!extensions.contains(Extension::c)) absent |= 2;
      break;
    case csr::menvcfg:
    case csr::henvcfg:
      if (!extensions.contains(Extension::svadu)) absent |= envcfg::adue;
      if (!extensions.contains(Extension::sstc)) absent |= envcfg::stce;
      break;
    default:
      break;
  }
  return row.write_mask & ~absent;
}

}  // namespace cyclevisor
