#include "models/probe/event_codec.hpp"

#include <string>

namespace cyclevisor {
namespace {

// The first byte of an event. A retired instruction, by far the most frequent event, has bit 7 set;
// the other bits say which of its fields differ from the prediction.
constexpr std::uint8_t retire_tag = 0x80;
constexpr std::uint8_t cycle_mask = 0x03;  // cycles since the previous event, minus 1; 3: follows
constexpr std::uint8_t other_pc = 0x04;
constexpr std::uint8_t new_record = 0x08;  // all attributes of the instruction follow
constexpr std::uint8_t other_rd_value = 0x10;
constexpr std::uint8_t other_address = 0x20;
constexpr std::uint8_t other_value = 0x40;

enum Tag : std::uint8_t {
  tag_trap = 1,
  tag_trap_return,
  tag_address_space,
  tag_idle,
  tag_bus_request,
  tag_bus_transfer,
  tag_apb_transfer,
  tag_interrupt_line,
  tag_master_transfer,
};

constexpr unsigned register_count = 32;

std::uint64_t rotated_left(std::uint64_t value) { return value << 1 | value >> 63; }
std::uint64_t rotated_right(std::uint64_t value) { return value >> 1 | value << 63; }

std::uint64_t low(std::uint64_t value, unsigned bytes) {
  return bytes >= 8 ? value : value & ((std::uint64_t{1} << (8 * bytes)) - 1);
}

/// The register whose value a store writes: field rs2 of the formats S and R, or of the compressed
/// CS and CSS (unprivileged specification, "Base Instruction Formats", "C").
unsigned stored_register(std::uint32_t instruction) {
  switch (instruction & 3) {
    case 3:
      return instruction >> 20 & 31;
    case 0:
      return 8 + (instruction >> 2 & 7);
    default:
      return instruction >> 2 & 31;
  }
}

std::uint64_t sequential_pc(std::uint64_t pc, std::uint32_t instruction) {
  return pc + ((instruction & 3) == 3 ? 4 : 2);
}

}  // namespace

EventPredictor::EventPredictor() : records_(std::size_t{1} << 16) {}

std::uint64_t EventPredictor::value(const InstructionRecord& record, std::uint64_t rd_value) const {
  const bool load = record.kind == MemoryAccess::Kind::load;
  return low(load ? rd_value : x[stored_register(record.instruction)], record.bytes);
}

// --- Encoder -----------------------------------------------------------------------------------

void EventEncoder::unsigned_number(std::uint64_t value) {
  while (value >= 0x80) {
    byte(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  byte(static_cast<std::uint8_t>(value));
}

void EventEncoder::difference(std::uint64_t value) {
  const std::uint64_t sign = (value >> 63) != 0 ? ~std::uint64_t{0} : 0;
  unsigned_number(value << 1 ^ sign);
}

void EventEncoder::begin(std::uint8_t tag, Cycle cycle) {
  byte(tag);
  difference(cycle.value - expected_.cycle);
  expected_.cycle = cycle.value;
}

void EventEncoder::registers(const IntegerRegisters& x) {
  std::uint64_t changed = 0;
  for (unsigned i = 0; i < register_count; ++i) {
    if (x[i] != expected_.x[i]) changed |= std::uint64_t{1} << i;
  }
  unsigned_number(changed);
  for (unsigned i = 0; i < register_count; ++i) {
    if (x[i] != expected_.x[i]) difference(x[i] - expected_.x[i]);
  }
  expected_.x = x;
}

void EventEncoder::on(const Retire& e) {
  const std::uint64_t passed = e.cycle.value - expected_.cycle - 1;
  std::uint8_t flags = retire_tag;
  flags |= static_cast<std::uint8_t>(passed < cycle_mask ? passed : cycle_mask);
  const std::uint64_t pc = e.pc.value;
  if (pc != expected_.pc) flags |= other_pc;
  const std::uint64_t translation = e.physical_pc.value - pc;
  const std::uint64_t access_translation = e.access.physical.value - e.access.address.value;
  EventPredictor::InstructionRecord* record = &expected_.record(pc + expected_.fetch_translation());
  const bool known = record->key == pc + expected_.fetch_translation() &&
                     e.mode == expected_.mode && translation == expected_.fetch_translation() &&
                     record->instruction == e.instruction && record->rd == e.rd &&
                     record->csr == e.csr && record->kind == e.access.kind &&
                     record->bytes == e.access.bytes && record->translation == access_translation;
  if (!known) {
    flags |= new_record;
    expected_.mode = e.mode;
    expected_.fetch_translation() = translation;
    record = &expected_.record(pc + translation);
    *record = {};
    record->key = pc + translation;
    record->next_pc = sequential_pc(pc, e.instruction);
    record->instruction = e.instruction;
    record->csr = e.csr;
    record->rd = e.rd;
    record->kind = e.access.kind;
    record->bytes = e.access.bytes;
    record->translation = access_translation;
  }
  const std::uint64_t rd_old = expected_.x[e.rd % register_count];
  const std::uint64_t rd_expected = rd_old + record->rd_step;
  if (e.rd_value != rd_expected) flags |= other_rd_value;
  const std::uint64_t address_expected = record->address + record->stride;
  const bool accesses = e.access.kind != MemoryAccess::Kind::none;
  if (e.access.address.value != address_expected) flags |= other_address;
  const std::uint64_t value_expected = accesses ? expected_.value(*record, e.rd_value) : 0;
  if (e.access.value != value_expected) flags |= other_value;

  byte(flags);
  if ((flags & cycle_mask) == cycle_mask) difference(passed);
  if ((flags & other_pc) != 0) difference(pc - expected_.pc);
  if (!known) {
    byte(static_cast<std::uint8_t>(e.mode));
    unsigned_number(e.instruction);
    byte(e.rd);
    unsigned_number(static_cast<std::uint16_t>(e.csr + 1));
    byte(static_cast<std::uint8_t>(e.access.kind));
    byte(e.access.bytes);
    difference(translation);
    difference(access_translation);
  }
  if ((flags & other_rd_value) != 0) difference(e.rd_value - rd_old);
  if ((flags & other_address) != 0) difference(e.access.address.value - record->address);
  if ((flags & other_value) != 0) difference(e.access.value - value_expected);
  if (e.csr != Retire::no_csr || e.csr_value != 0) {
    if (e.csr == Retire::no_csr) throw std::logic_error("a CSR's value without a CSR");
    difference(e.csr_value - record->csr_value);
    record->csr_value = e.csr_value;
  }

  record->rd_step = e.rd_value - rd_old;
  record->stride = e.access.address.value - record->address;
  record->address = e.access.address.value;
  if (e.rd != 0) expected_.x[e.rd % register_count] = e.rd_value;
  if (expected_.previous != nullptr) expected_.previous->next_pc = pc;
  expected_.previous = record;
  expected_.pc = record->next_pc;
  expected_.cycle = e.cycle.value;
}

void EventEncoder::on(const Trap& e) {
  begin(tag_trap, e.cycle);
  difference(e.epc.value - expected_.pc);
  unsigned_number(e.instruction);
  unsigned_number(rotated_left(e.cause));
  unsigned_number(e.tval);
  unsigned_number(e.tval2);
  unsigned_number(e.tinst);
  byte(static_cast<std::uint8_t>(e.from));
  byte(static_cast<std::uint8_t>(e.to));
  difference(e.vector.value - expected_.vector);
  registers(e.x);
  expected_.mode = e.to;
  expected_.vector = expected_.pc = e.vector.value;
  expected_.previous = nullptr;
}

void EventEncoder::on(const TrapReturn& e) {
  begin(tag_trap_return, e.cycle);
  difference(e.pc.value - expected_.pc);
  unsigned_number(e.instruction);
  byte(static_cast<std::uint8_t>(e.from));
  byte(static_cast<std::uint8_t>(e.to));
  difference(e.target.value - expected_.pc);
  registers(e.x);
  expected_.mode = e.to;
  expected_.pc = e.target.value;
  expected_.previous = nullptr;
}

void EventEncoder::on(const AddressSpace& e) {
  begin(tag_address_space, e.cycle);
  difference(e.satp - expected_.satp);
  difference(e.vsatp - expected_.vsatp);
  difference(e.hgatp - expected_.hgatp);
  expected_.satp = e.satp;
  expected_.vsatp = e.vsatp;
  expected_.hgatp = e.hgatp;
}

void EventEncoder::on(const Idle& e) {
  begin(tag_idle, e.cycle);
  difference(e.until.value - e.cycle.value);
}

void EventEncoder::on(const BusRequest& e) {
  begin(tag_bus_request, e.cycle);
  difference(e.address.value - expected_.bus_address);
  byte(e.bytes);
  byte(e.write ? 1 : 0);
  difference(e.data - expected_.bus_data);
  expected_.bus_address = e.address.value;
  expected_.bus_data = e.data;
}

void EventEncoder::on(const BusTransfer& e) {
  begin(tag_bus_transfer, e.cycle);
  difference(e.end.value - e.cycle.value);
  difference(e.address.value - expected_.bus_address);
  byte(e.bytes);
  byte(static_cast<std::uint8_t>((e.write ? 1 : 0) | (e.error ? 2 : 0)));
  difference(e.data - expected_.bus_data);
  expected_.bus_address = e.address.value;
  expected_.bus_data = e.data;
}

void EventEncoder::on(const ApbTransfer& e) {
  begin(tag_apb_transfer, e.cycle);
  difference(e.end.value - e.cycle.value);
  unsigned_number(e.paddr);
  byte(static_cast<std::uint8_t>((e.pwrite ? 1 : 0) | (e.pslverr ? 2 : 0)));
  byte(e.pstrb);
  unsigned_number(e.data);
}

void EventEncoder::on(const MasterTransfer& e) {
  begin(tag_master_transfer, e.cycle);
  difference(e.end.value - e.cycle.value);
  byte(e.master);
  difference(e.address.value - expected_.master_address);
  unsigned_number(e.bytes);
  byte(static_cast<std::uint8_t>((e.write ? 1 : 0) | (e.error ? 2 : 0)));
  expected_.master_address = e.address.value;
}

void EventEncoder::on(const InterruptLine& e) {
  begin(tag_interrupt_line, e.cycle);
  byte(e.number);
  byte(e.level ? 1 : 0);
}

// --- Decoder -----------------------------------------------------------------------------------

void EventDecoder::begin(const std::uint8_t* bytes, std::size_t count) {
  at_ = bytes;
  end_ = bytes + count;
}

std::uint8_t EventDecoder::byte() {
  if (at_ == end_) throw EventCodingError("a block ends within an event");
  return *at_++;
}

std::uint64_t EventDecoder::unsigned_number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    value |= std::uint64_t{next & 0x7fu} << shift;
    if ((next & 0x80) == 0) return value;
  }
  throw EventCodingError("a number has more than 64 bits");
}

std::uint64_t EventDecoder::difference() {
  const std::uint64_t coded = unsigned_number();
  return coded >> 1 ^ (0 - (coded & 1));
}

Cycle EventDecoder::cycle(std::uint64_t difference) {
  expected_.cycle += difference;
  if (expected_.cycle >= end_of_time.value) throw EventCodingError("a cycle that no run reaches");
  return Cycle(expected_.cycle);
}

Cycle EventDecoder::cycle_from(Cycle from) {
  const Cycle at(from.value + difference());
  if (at >= end_of_time) throw EventCodingError("a cycle that no run reaches");
  return at;
}

PrivilegeMode EventDecoder::mode() {
  const std::uint8_t value = byte();
  switch (const auto mode = static_cast<PrivilegeMode>(value)) {
    case PrivilegeMode::user:
    case PrivilegeMode::supervisor:
    case PrivilegeMode::machine:
    case PrivilegeMode::virtual_user:
    case PrivilegeMode::virtual_supervisor:
      return mode;
  }
  throw EventCodingError("there is no privilege mode " + std::to_string(value));
}

std::uint8_t EventDecoder::size() {
  const std::uint8_t bytes = byte();
  if (bytes > 8) throw EventCodingError("an access has " + std::to_string(bytes) + " bytes");
  return bytes;
}

bool EventDecoder::flag() {
  const std::uint8_t value = byte();
  if (value > 1) throw EventCodingError("a flag is " + std::to_string(value));
  return value != 0;
}

void EventDecoder::registers(IntegerRegisters& x) {
  const std::uint64_t changed = unsigned_number();
  if (changed >> register_count != 0) throw EventCodingError("more than 32 registers");
  for (unsigned i = 0; i < register_count; ++i) {
    if ((changed >> i & 1) != 0) expected_.x[i] += difference();
  }
  x = expected_.x;
}

Retire EventDecoder::retire(std::uint8_t flags) {
  Retire e;
  std::uint64_t passed = flags & cycle_mask;
  if (passed == cycle_mask) passed = difference();
  e.cycle = cycle(passed + 1);
  std::uint64_t pc = expected_.pc;
  if ((flags & other_pc) != 0) pc += difference();
  e.pc = VirtualAddress(pc);
  EventPredictor::InstructionRecord* record = &expected_.record(pc + expected_.fetch_translation());
  if ((flags & new_record) != 0) {
    expected_.mode = mode();
    EventPredictor::InstructionRecord fresh;
    const std::uint64_t instruction = unsigned_number();
    if (instruction >> 32 != 0) throw EventCodingError("an instruction has more than 32 bits");
    fresh.instruction = static_cast<std::uint32_t>(instruction);
    fresh.rd = byte();
    if (fresh.rd >= register_count) throw EventCodingError("there are 32 registers");
    const std::uint64_t csr = unsigned_number();
    if (csr >> 16 != 0) throw EventCodingError("a CSR's number has more than 16 bits");
    fresh.csr = static_cast<std::uint16_t>(csr - 1);
    const std::uint8_t kind = byte();
    if (kind > static_cast<std::uint8_t>(MemoryAccess::Kind::amo)) {
      throw EventCodingError("there is no access of kind " + std::to_string(kind));
    }
    fresh.kind = static_cast<MemoryAccess::Kind>(kind);
    fresh.bytes = size();
    const std::uint64_t translation = difference();
    fresh.translation = difference();
    fresh.key = pc + translation;
    fresh.next_pc = sequential_pc(pc, fresh.instruction);
    expected_.fetch_translation() = translation;
    record = &expected_.record(fresh.key);
    *record = fresh;
  } else if (record->key != pc + expected_.fetch_translation()) {
    throw EventCodingError("an instruction that has not been described");
  }
  e.mode = expected_.mode;
  e.physical_pc = PhysicalAddress(pc + expected_.fetch_translation());
  e.instruction = record->instruction;
  e.rd = record->rd;
  const std::uint64_t rd_old = expected_.x[e.rd];
  e.rd_value = rd_old + ((flags & other_rd_value) != 0 ? difference() : record->rd_step);
  e.access.kind = record->kind;
  e.access.bytes = record->bytes;
  const std::uint64_t stride = (flags & other_address) != 0 ? difference() : record->stride;
  e.access.address = VirtualAddress(record->address + stride);
  e.access.physical = PhysicalAddress(e.access.address.value + record->translation);
  if (e.access.kind != MemoryAccess::Kind::none) {
    e.access.value = expected_.value(*record, e.rd_value);
  }
  if ((flags & other_value) != 0) e.access.value += difference();
  e.csr = record->csr;
  if (e.csr != Retire::no_csr) {
    record->csr_value += difference();
    e.csr_value = record->csr_value;
  }

  record->rd_step = e.rd_value - rd_old;
  record->stride = stride;
  record->address = e.access.address.value;
  if (e.rd != 0) expected_.x[e.rd] = e.rd_value;
  if (expected_.previous != nullptr) expected_.previous->next_pc = pc;
  expected_.previous = record;
  expected_.pc = record->next_pc;
  return e;
}

Trap EventDecoder::trap() {
  Trap e;
  e.cycle = cycle();
  e.epc = VirtualAddress(expected_.pc + difference());
  e.instruction = static_cast<std::uint32_t>(unsigned_number());
  e.cause = rotated_right(unsigned_number());
  e.tval = unsigned_number();
  e.tval2 = unsigned_number();
  e.tinst = unsigned_number();
  e.from = mode();
  e.to = mode();
  expected_.vector += difference();
  e.vector = VirtualAddress(expected_.vector);
  registers(e.x);
  expected_.mode = e.to;
  expected_.pc = expected_.vector;
  expected_.previous = nullptr;
  return e;
}

TrapReturn EventDecoder::trap_return() {
  TrapReturn e;
  e.cycle = cycle();
  e.pc = VirtualAddress(expected_.pc + difference());
  e.instruction = static_cast<std::uint32_t>(unsigned_number());
  e.from = mode();
  e.to = mode();
  e.target = VirtualAddress(expected_.pc + difference());
  registers(e.x);
  expected_.mode = e.to;
  expected_.pc = e.target.value;
  expected_.previous = nullptr;
  return e;
}

void EventDecoder::next(Sink& sink) {
  const std::uint8_t tag = byte();
  if ((tag & retire_tag) != 0) {
    sink.on(retire(tag));
    return;
  }
  switch (tag) {
    case tag_trap:
      sink.on(trap());
      return;
    case tag_trap_return:
      sink.on(trap_return());
      return;
    case tag_address_space: {
      const Cycle at = cycle();
      expected_.satp += difference();
      expected_.vsatp += difference();
      expected_.hgatp += difference();
      sink.on(AddressSpace{at, expected_.satp, expected_.vsatp, expected_.hgatp});
      return;
    }
    case tag_idle: {
      const Cycle at = cycle();
      sink.on(Idle{at, cycle_from(at)});
      return;
    }
    case tag_bus_request: {
      BusRequest e;
      e.cycle = cycle();
      expected_.bus_address += difference();
      e.address = PhysicalAddress(expected_.bus_address);
      e.bytes = size();
      e.write = flag();
      expected_.bus_data += difference();
      e.data = expected_.bus_data;
      sink.on(e);
      return;
    }
    case tag_bus_transfer: {
      BusTransfer e;
      e.cycle = cycle();
      e.end = cycle_from(e.cycle);
      expected_.bus_address += difference();
      e.address = PhysicalAddress(expected_.bus_address);
      e.bytes = size();
      const std::uint8_t bits = byte();
      e.write = (bits & 1) != 0;
      e.error = (bits & 2) != 0;
      expected_.bus_data += difference();
      e.data = expected_.bus_data;
      sink.on(e);
      return;
    }
    case tag_apb_transfer: {
      ApbTransfer e;
      e.cycle = cycle();
      e.end = cycle_from(e.cycle);
      e.paddr = static_cast<std::uint32_t>(unsigned_number());
      const std::uint8_t bits = byte();
      e.pwrite = (bits & 1) != 0;
      e.pslverr = (bits & 2) != 0;
      e.pstrb = byte();
      e.data = static_cast<std::uint32_t>(unsigned_number());
      sink.on(e);
      return;
    }
    case tag_interrupt_line: {
      const Cycle at = cycle();
      const std::uint8_t number = byte();
      sink.on(InterruptLine{at, number, flag()});
      return;
    }
    case tag_master_transfer: {
      MasterTransfer e;
      e.cycle = cycle();
      e.end = cycle_from(e.cycle);
      e.master = byte();
      expected_.master_address += difference();
      e.address = PhysicalAddress(expected_.master_address);
      e.bytes = static_cast<std::uint32_t>(unsigned_number());
      const std::uint8_t bits = byte();
      e.write = (bits & 1) != 0;
      e.error = (bits & 2) != 0;
      sink.on(e);
      return;
    }
    default:
      throw EventCodingError("there is no event of kind " + std::to_string(tag));
  }
}

}  // namespace cyclevisor
