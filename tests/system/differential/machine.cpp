#include "tests/system/differential/machine.hpp"

#include <algorithm>
#include <cstring>

#include "models/hart/execute/trap.hpp"
#include "tests/system/differential/memory_map.hpp"

namespace cyclevisor::differential {
namespace {

HartConfig configuration(ExtensionSet extensions) {
  HartConfig config;
  config.extensions = extensions;
  return config;
}

/// Where QEMU's virt machine has devices: below main memory except for one gap, and from 16 to 32
/// GiB.
bool has_device(std::uint64_t address) {
  constexpr std::uint64_t gap = 0x18000000;
  constexpr std::uint64_t gap_end = 0x20000000;
  if (address < TestBus::memory_base) return address < gap || address >= gap_end;
  return address >= 0x400000000 && address < 0x800000000;
}

}  // namespace

void TestBus::load(const std::vector<std::uint8_t>& image) {
  std::memcpy(memory_.data(), image.data(), image.size());
}

DirectRegion TestBus::direct(PhysicalAddress address) {
  DirectRegion region;
  if (address.value < memory_base || address.value >= memory_base + memory_bytes) {
    const bool is_finisher = address.value >> 12 == finisher >> 12;
    if (has_device(address.value) && !is_finisher) strayed_ = true;
    return region;
  }
  region.first = PhysicalAddress(memory_base);
  region.bytes = memory_bytes;
  region.host = memory_.data();
  region.writable = true;
  return region;
}

BusReply TestBus::read(PhysicalAddress, unsigned, Cycle) {
  BusReply reply;
  reply.status = BusStatus::error;
  return reply;
}

BusReply TestBus::write(PhysicalAddress address, unsigned, std::uint64_t, Cycle) {
  BusReply reply;
  if (address.value == finisher) {
    finished_ = true;
  } else {
    reply.status = BusStatus::error;
  }
  return reply;
}

Machine::Machine(ExtensionSet extensions, const std::vector<std::uint8_t>& image)
    : core(configuration(extensions), bus, clock), interpreter_(core, bus) {
  bus.load(image);
  core.reset(TestBus::memory_base, 0, 0);
  force_hardware_accessed_dirty();
}

void Machine::force_hardware_accessed_dirty() {
  core.csrs.state.menvcfg |= envcfg::adue;
  core.csrs.state.henvcfg |= envcfg::adue;
}

void Machine::save_tables() { saved_tables_.assign(bus.at(map::tables), bus.at(map::tables_end)); }

void Machine::restore_tables() {
  if (std::equal(saved_tables_.begin(), saved_tables_.end(), bus.at(map::tables))) return;
  std::copy(saved_tables_.begin(), saved_tables_.end(), bus.at(map::tables));
}

Machine::Pending Machine::look() {
  now_ += Cycle(1);
  if (const auto number = pending_interrupt(core)) {
    interrupt_ = *number;
    return pending_ = Pending::interrupt;
  }
  instruction_ = interpreter_.fetch(now_);
  const bool illegal =
      instruction_ == nullptr && core.exception.cause == ExceptionCause::illegal_instruction;
  return pending_ =
             instruction_ != nullptr || illegal ? Pending::instruction : Pending::fetch_fault;
}

Machine::Outcome Machine::step() {
  if (pending_ == Pending::interrupt) {
    take_interrupt(core, interrupt_);
    return Outcome::trapped;
  }
  if (instruction_ == nullptr) {
    take_exception(core);
    return Outcome::trapped;
  }
  const Step step = interpreter_.execute(*instruction_, now_);
  const bool amo_as_load = amo_as_load_;
  amo_as_load_ = false;
  if (step == Step::exception) {
    if (amo_as_load && core.exception.cause == ExceptionCause::store_access_fault) {
      core.exception.cause = ExceptionCause::load_access_fault;
    }
    take_exception(core);
    return Outcome::trapped;
  }
  if (step == Step::wait) return Outcome::waits;
  if (instruction_->instruction_class == InstructionClass::csr) force_hardware_accessed_dirty();
  return Outcome::retired;
}

}  // namespace cyclevisor::differential
