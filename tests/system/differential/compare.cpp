#include "tests/system/differential/compare.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "models/hart/csr/csr_number.hpp"
#include "models/hart/csr/csr_table.hpp"
#include "models/hart/isa/decode.hpp"
#include "models/hart/isa/disassemble.hpp"
#include "tests/system/differential/known_differences.hpp"
#include "tests/system/differential/memory_map.hpp"

namespace cyclevisor::differential {
namespace {

/// The maximum number of instructions from QEMU's reset vector to 0x8000_0000.
constexpr unsigned boot_instructions = 16;
/// The number of consecutive traps without an instruction after which the program is stuck.
constexpr unsigned stuck_traps = 64;

std::string hexadecimal(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string difference(const char* what, std::uint64_t qemu, std::uint64_t hart) {
  char text[160];
  std::snprintf(text, sizeof text, "  %-9s QEMU %s  hart %s\n", what, hexadecimal(qemu).c_str(),
                hexadecimal(hart).c_str());
  return text;
}

struct CsrNumbers {
  std::uint16_t number;
  /// The CSR that QEMU shows in a log line written while V=1.
  std::uint16_t virtual_number;
};

CsrNumbers numbers_of(LoggedCsr logged) {
  switch (logged) {
    case LoggedCsr::mhartid:
      return {csr::mhartid, csr::mhartid};
    case LoggedCsr::mstatus:
      return {csr::mstatus, csr::mstatus};
    case LoggedCsr::hstatus:
      return {csr::hstatus, csr::hstatus};
    case LoggedCsr::vsstatus:
      return {csr::vsstatus, 0};
    case LoggedCsr::mip:
      return {csr::mip, csr::mip};
    case LoggedCsr::mie:
      return {csr::mie, csr::mie};
    case LoggedCsr::mideleg:
      return {csr::mideleg, csr::mideleg};
    case LoggedCsr::hideleg:
      return {csr::hideleg, csr::hideleg};
    case LoggedCsr::medeleg:
      return {csr::medeleg, csr::medeleg};
    case LoggedCsr::hedeleg:
      return {csr::hedeleg, csr::hedeleg};
    case LoggedCsr::mtvec:
      return {csr::mtvec, csr::mtvec};
    case LoggedCsr::stvec:
      return {csr::stvec, csr::vstvec};
    case LoggedCsr::vstvec:
      return {csr::vstvec, 0};
    case LoggedCsr::mepc:
      return {csr::mepc, csr::mepc};
    case LoggedCsr::sepc:
      return {csr::sepc, csr::vsepc};
    case LoggedCsr::vsepc:
      return {csr::vsepc, 0};
    case LoggedCsr::mcause:
      return {csr::mcause, csr::mcause};
    case LoggedCsr::scause:
      return {csr::scause, csr::vscause};
    case LoggedCsr::vscause:
      return {csr::vscause, 0};
    case LoggedCsr::mtval:
      return {csr::mtval, csr::mtval};
    case LoggedCsr::stval:
      return {csr::stval, csr::vstval};
    case LoggedCsr::htval:
      return {csr::htval, csr::htval};
    case LoggedCsr::mtval2:
      return {csr::mtval2, csr::mtval2};
    case LoggedCsr::mscratch:
      return {csr::mscratch, csr::mscratch};
    case LoggedCsr::sscratch:
      return {csr::sscratch, csr::vsscratch};
    case LoggedCsr::satp:
      return {csr::satp, csr::vsatp};
  }
  return {0, 0};
}

}  // namespace

const char* name(Ending ending) {
  switch (ending) {
    case Ending::limit:
      return "limit";
    case Ending::finished:
      return "finished";
    case Ending::waits:
      return "waits";
    case Ending::strayed:
      return "strayed";
    case Ending::stuck:
      return "stuck";
    case Ending::known:
      return "known";
    case Ending::mismatch:
      return "mismatch";
  }
  return "?";
}

std::string qemu_cpu(ExtensionSet extensions) {
  std::string cpu =
      "rv64,f=off,d=off,v=off,zba=off,zbb=off,zbc=off,zbs=off,debug=off,pmu-num=0,marchid=0,"
      "mimpid=0,mvendorid=0";
  const auto add = [&](const char* option, Extension extension) {
    cpu += std::string(",") + option + (extensions.contains(extension) ? "=on" : "=off");
  };
  add("m", Extension::m);
  add("a", Extension::a);
  add("c", Extension::c);
  add("h", Extension::h);
  add("sstc", Extension::sstc);
  return cpu;
}

Comparison::Comparison(ExtensionSet extensions, const std::vector<std::uint8_t>& image,
                       Coverage& coverage)
    : extensions_(extensions),
      image_(image),
      machine_(extensions, image),
      qemu_(qemu_cpu(extensions), image),
      coverage_(coverage) {
  coverage_.retired_by_operation.resize(operation_count);
}

bool Comparison::find_start() {
  for (unsigned i = 0; i < boot_instructions; ++i) {
    if (!qemu_.advance()) return false;
    if (qemu_.current().pc == TestBus::memory_base) {
      machine_.core.x = qemu_.current().x;
      // mtimecmp is 0 on both: the timer's interrupt is pending from the start.
      machine_.core.csrs.state.interrupt_lines = interrupt::mti;
      return true;
    }
  }
  return false;
}

std::uint64_t Comparison::own_csr(LoggedCsr logged) const {
  CsrFile& csrs = const_cast<CsrFile&>(machine_.core.csrs);
  const bool virtualized = is_virtual(machine_.core.mode);
  const CsrNumbers numbers = numbers_of(logged);
  const std::uint16_t number = virtualized ? numbers.virtual_number : numbers.number;
  const CsrRow* row = csrs.row(number);
  if (row == nullptr) return 0;
  std::uint64_t value = csrs.read(*row, PrivilegeMode::machine, Cycle());
  if (virtualized && logged == LoggedCsr::mstatus) {
    // QEMU keeps the running supervisor's fields in its mstatus.
    const std::uint64_t fields = writable_bits(*csrs.row(csr::sstatus), csrs.config());
    value = (value & ~fields) | (csrs.state.vsstatus & fields);
  }
  return value;
}

bool Comparison::is_compared(LoggedCsr logged) const {
  const bool virtualized = is_virtual(machine_.core.mode);
  const CsrNumbers numbers = numbers_of(logged);
  if (virtualized && numbers.virtual_number == 0) return false;
  return machine_.core.csrs.row(numbers.number) != nullptr;
}

std::string Comparison::differences(const LoggedState& state) {
  const Core& core = machine_.core;
  std::string text;
  if (state.pc != core.pc) text += difference("pc", state.pc, core.pc);
  if (state.mode != core.mode) {
    text +=
        std::string("  mode      QEMU ") + name(state.mode) + "  hart " + name(core.mode) + "\n";
  }
  for (unsigned i = 1; i < 32; ++i) {
    if (state.x[i] == core.x[i]) continue;
    const std::string label =
        "x" + std::to_string(i) + "/" + std::string(register_name(static_cast<std::uint8_t>(i)));
    text += difference(label.c_str(), state.x[i], core.x[i]);
  }
  for (std::size_t i = 0; i < logged_csr_count; ++i) {
    const auto logged = static_cast<LoggedCsr>(i);
    if (!is_compared(logged) || !state.present[i]) continue;
    std::uint64_t mask = compared_bits(logged, core.mode);
    if (logged == LoggedCsr::mstatus && !mprv_known_) {
      mprv_known_ = ((state.csr(logged) ^ own_csr(logged)) & mstatus::mprv) == 0;
      mask &= ~mstatus::mprv;
    }
    const std::uint64_t own = own_csr(logged) & mask;
    const std::uint64_t other = state.csr(logged) & mask;
    if (own != other) text += difference(name(logged), other, own);
  }
  return text;
}

std::string Comparison::context(const LoggedState& state) const {
  char text[400];
  const auto print = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  const CsrState& own = machine_.core.csrs.state;
  std::snprintf(text, sizeof text,
                "QEMU's mip %llx mie %llx mideleg %llx hideleg %llx medeleg %llx hedeleg %llx; "
                "hart's satp %llx vsatp %llx hgatp %llx hvip %llx hstatus %llx\n",
                print(state.csr(LoggedCsr::mip)), print(state.csr(LoggedCsr::mie)),
                print(state.csr(LoggedCsr::mideleg)), print(state.csr(LoggedCsr::hideleg)),
                print(state.csr(LoggedCsr::medeleg)), print(state.csr(LoggedCsr::hedeleg)),
                print(own.satp), print(own.vsatp), print(own.hgatp), print(own.hvip),
                print(own.hstatus));
  std::string all = text;
  for (unsigned i = 0; i < 32; ++i) {
    all += std::string(register_name(static_cast<std::uint8_t>(i))) + " " +
           hexadecimal(machine_.core.x[i]) + (i % 8 == 7 ? "\n" : "  ");
  }
  return all;
}

std::string Comparison::history() const {
  std::string text;
  const std::uint64_t shown = std::min<std::uint64_t>(executed_count_, history_length);
  for (std::uint64_t i = executed_count_ - shown; i < executed_count_; ++i) {
    const Executed& executed = executed_[i % history_length];
    const auto instruction = decode(executed.bits, extensions_);
    char line[64];
    std::snprintf(line, sizeof line, "  %-2s %s  %08x  ", name(executed.mode),
                  hexadecimal(executed.pc).c_str(), executed.bits);
    text += line;
    text += instruction ? disassemble(*instruction, VirtualAddress(executed.pc), csr_name)
                        : std::string("illegal");
    if (executed.trap != 0) {
      char cause[48];
      std::snprintf(cause, sizeof cause, "   -> trap %lld",
                    static_cast<long long>(executed.trap - 1));
      text += cause;
    }
    text += "\n";
  }
  return text;
}

bool Comparison::has_overwritten_itself() const {
  const std::uint64_t shown = std::min<std::uint64_t>(executed_count_, history_length);
  for (std::uint64_t i = executed_count_ - shown; i < executed_count_; ++i) {
    const Executed& executed = executed_[i % history_length];
    const std::uint64_t base = executed.pc < map::user_image ? map::image : map::user_image;
    const std::uint64_t offset = executed.pc - base;
    if (offset < map::code - map::image || offset + 4 > image_.size()) continue;
    const std::size_t bytes = is_longer_than_16_bits(executed.bits) ? 4 : 2;
    if (std::memcmp(&image_[offset], machine_.bus.at(map::image + offset), bytes) == 0) continue;
    // Self-modifying bodies write an addi or similar there.
    constexpr std::uint32_t opcode_mask = 0x7f;
    constexpr std::uint32_t op_imm = 0x13;
    if ((executed.bits & opcode_mask) != op_imm) return true;
  }
  return false;
}

ComparisonResult Comparison::run(std::uint64_t instruction_limit) {
  ComparisonResult result;
  if (!find_start()) {
    result.ending = Ending::mismatch;
    result.report = "QEMU did not reach the program\n";
    return result;
  }
  Core& core = machine_.core;
  unsigned traps_in_a_row = 0;
  while (result.instructions < instruction_limit) {
    const Machine::Pending pending = machine_.look();
    const bool has_state = pending == Machine::Pending::instruction;
    if (has_state) {
      const std::string different = differences(qemu_.current());
      if (!different.empty() && (may_end_ || has_overwritten_itself())) {
        result.ending = may_end_ ? Ending::known : Ending::strayed;
        return result;
      }
      if (!different.empty()) {
        result.ending = Ending::mismatch;
        result.report = different + context(qemu_.current()) + "last instructions:\n" + history();
        return result;
      }
      traps_in_a_row = 0;
      ++result.instructions;
      execute();
    } else if (pending == Machine::Pending::fetch_fault && qemu_.current().pc == core.pc &&
               qemu_.current().mode == core.mode && fetches_user_page(core)) {
      result.ending = Ending::known;
      return result;
    } else {
      may_end_ = pending == Machine::Pending::fetch_fault && fetches_user_page(core);
      if (++traps_in_a_row == stuck_traps) {
        result.ending = Ending::stuck;
        return result;
      }
      const PrivilegeMode mode = core.mode;
      if (pending == Machine::Pending::interrupt) adopt_interrupt(qemu_.current());
      outcome_ = machine_.step();
      adopt_trap(RefusedAccess::no, mode, qemu_.current());
    }
    if (outcome_ == Machine::Outcome::trapped) {
      const CsrState& state = core.csrs.state;
      const std::uint64_t cause = core.mode == PrivilegeMode::machine      ? state.mcause
                                  : core.mode == PrivilegeMode::supervisor ? state.scause
                                                                           : state.vscause;
      ++coverage_.traps[{core.mode, cause}];
      if (executed_count_ != 0) executed_[(executed_count_ - 1) % history_length].trap = cause + 1;
    }
    if (outcome_ == Machine::Outcome::waits) {
      result.ending = Ending::waits;
      return result;
    }
    if (machine_.bus.finished() || machine_.bus.strayed()) {
      result.ending = machine_.bus.finished() ? Ending::finished : Ending::strayed;
      return result;
    }
    if (has_state && !qemu_.advance()) {
      if (qemu_.aborted()) {
        result.ending = Ending::known;
        return result;
      }
      result.ending = Ending::mismatch;
      result.report = context(qemu_.current()) +
                      "QEMU ended or is silent; last instructions of the hart:\n" + history();
      return result;
    }
  }
  return result;
}

}  // namespace cyclevisor::differential
