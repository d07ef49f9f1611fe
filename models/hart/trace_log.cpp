#include "models/hart/trace_log.hpp"

#include <cstdio>
#include <utility>

#include "models/hart/csr/csr_table.hpp"
#include "models/hart/isa/decode.hpp"
#include "models/hart/isa/disassemble.hpp"

namespace cyclevisor {
namespace {

std::string hex(std::uint64_t value) {
  char text[19];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string text_of(std::uint32_t bits, VirtualAddress pc) {
  const auto instruction = decode(bits, ExtensionSet::all());
  return instruction ? disassemble(*instruction, pc, csr_name) : "(" + hex(bits) + ")";
}

const char* exception_name(std::uint64_t number) {
  switch (number) {
    case 0:
      return "instruction address misaligned";
    case 1:
      return "instruction access fault";
    case 2:
      return "illegal instruction";
    case 3:
      return "breakpoint";
    case 4:
      return "load address misaligned";
    case 5:
      return "load access fault";
    case 6:
      return "store address misaligned";
    case 7:
      return "store access fault";
    case 8:
      return "environment call from U-mode";
    case 9:
      return "environment call from S-mode";
    case 10:
      return "environment call from VS-mode";
    case 11:
      return "environment call from M-mode";
    case 12:
      return "instruction page fault";
    case 13:
      return "load page fault";
    case 15:
      return "store page fault";
    case 20:
      return "instruction guest-page fault";
    case 21:
      return "load guest-page fault";
    case 22:
      return "virtual instruction";
    case 23:
      return "store guest-page fault";
    default:
      return "reserved exception";
  }
}

const char* interrupt_name(std::uint64_t number) {
  switch (number) {
    case 1:
      return "supervisor software interrupt";
    case 2:
      return "virtual supervisor software interrupt";
    case 3:
      return "machine software interrupt";
    case 5:
      return "supervisor timer interrupt";
    case 6:
      return "virtual supervisor timer interrupt";
    case 7:
      return "machine timer interrupt";
    case 9:
      return "supervisor external interrupt";
    case 10:
      return "virtual supervisor external interrupt";
    case 11:
      return "machine external interrupt";
    case 12:
      return "supervisor guest external interrupt";
    default:
      return "reserved interrupt";
  }
}

const char* cause_name(std::uint64_t cause) {
  const std::uint64_t number = cause & ~Trap::interrupt_bit;
  return (cause & Trap::interrupt_bit) != 0 ? interrupt_name(number) : exception_name(number);
}

}  // namespace

TraceLog::TraceLog(std::ostream& out, Symbol symbol) : out_(out), symbol_(std::move(symbol)) {}

unsigned TraceLog::vm(PrivilegeMode mode) const {
  constexpr unsigned id_shift = 44;
  if (is_virtual(mode)) return static_cast<unsigned>(hgatp_ >> id_shift) & 0x3fff;
  if (mode == PrivilegeMode::user) return static_cast<unsigned>(satp_ >> id_shift) & 0xffff;
  return 0;
}

void TraceLog::begin(Cycle cycle, PrivilegeMode mode, VirtualAddress pc) {
  char head[80];
  std::snprintf(head, sizeof head, "%12llu %3u %-2s %016llx ",
                static_cast<unsigned long long>(cycle.value), vm(mode), name(mode),
                static_cast<unsigned long long>(pc.value));
  out_ << head;
  const std::string symbol = symbol_ ? symbol_(pc, vm(mode)) : std::string();
  if (!symbol.empty()) out_ << symbol << ": ";
}

void TraceLog::on(const Retire& event) {
  begin(event.cycle, event.mode, event.pc);
  out_ << text_of(event.instruction, event.pc);
  if (event.rd != 0) out_ << "  " << register_name(event.rd) << "=" << hex(event.rd_value);
  if (event.csr != Retire::no_csr) {
    const char* name = csr_name(event.csr);
    out_ << "  " << (name != nullptr ? name : hex(event.csr)) << "=" << hex(event.csr_value);
  }
  const MemoryAccess& access = event.access;
  if (access.kind != MemoryAccess::Kind::none) {
    const bool load = access.kind == MemoryAccess::Kind::load;
    out_ << "  [" << hex(access.address.value);
    if (access.address.value != access.physical.value) out_ << "@" << hex(access.physical.value);
    out_ << "]" << (load ? "->" : "<-") << hex(access.value);
  }
  out_ << '\n';
}

void TraceLog::on(const Trap& event) {
  begin(event.cycle, event.from, event.epc);
  out_ << "TRAP " << cause_name(event.cause) << " to " << name(event.to) << " at "
       << hex(event.vector.value) << "  tval=" << hex(event.tval);
  if (event.tval2 != 0) out_ << " gpa=" << hex(event.tval2 << 2);
  if (!event.is_interrupt() && event.instruction != 0) {
    out_ << "  " << text_of(event.instruction, event.epc);
  }
  out_ << '\n';
}

void TraceLog::on(const TrapReturn& event) {
  begin(event.cycle, event.from, event.pc);
  out_ << "RETURN to " << name(event.to) << " at " << hex(event.target.value) << '\n';
}

void TraceLog::on(const AddressSpace& event) {
  satp_ = event.satp;
  hgatp_ = event.hgatp;
}

void TraceLog::on(const Idle& event) {
  out_ << event.cycle.value << ".." << event.until.value << " WFI\n";
}

void TraceLog::on(const InterruptLine& event) {
  out_ << event.cycle.value << " interrupt line " << unsigned{event.number} << " "
       << (event.level ? "high" : "low") << '\n';
}

}  // namespace cyclevisor
