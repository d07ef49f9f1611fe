#include "platform/gdb/target.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <variant>

#include "models/base/virt_map.hpp"
#include "models/hart/csr/csr_number.hpp"
#include "platform/gdb/next_access.hpp"
#include "platform/gdb/target_description.hpp"
#include "platform/scenario/scenario_reader.hpp"

namespace cyclevisor::gdb {
namespace {

/// The privilege mode's encoding in mstatus.MPP; the virtualization mode is not part of it.
std::uint64_t encoding(PrivilegeMode mode) {
  switch (mode) {
    case PrivilegeMode::user:
    case PrivilegeMode::virtual_user:
      return 0;
    case PrivilegeMode::supervisor:
    case PrivilegeMode::virtual_supervisor:
      return 1;
    case PrivilegeMode::machine:
      break;
  }
  return 3;
}

/// A client that debugs a user program may read its kernel too.
PrivilegeMode supervisor_of(PrivilegeMode mode) {
  if (mode == PrivilegeMode::user) return PrivilegeMode::supervisor;
  if (mode == PrivilegeMode::virtual_user) return PrivilegeMode::virtual_supervisor;
  return mode;
}

/// For a VM whose address space has not been set up yet: where its DRAM will be.
std::optional<PhysicalAddress> in_partition(const Context& context, VirtualAddress address) {
  const std::uint64_t offset = address.value - virt::dram_base;
  if (offset >= context.partition_bytes) return std::nullopt;
  return context.partition + offset;
}

}  // namespace

std::optional<std::uint64_t> Target::read_register(std::size_t program,
                                                   std::uint64_t number) const {
  const bool running = program == contexts_.running();
  const Context& context = contexts_.at(program);
  const Hart& hart = cpu_.hart();
  if (number >= register_number::first_csr && number < register_number::privilege) {
    return hart.csr(static_cast<std::uint16_t>(number - register_number::first_csr));
  }
  if (number < context.x.size()) {
    return running ? hart.x(static_cast<unsigned>(number)) : context.x[number];
  }
  if (number == register_number::pc) return (running ? hart.pc() : context.pc).value;
  if (number == register_number::privilege) return encoding(running ? hart.mode() : context.mode);
  return std::nullopt;
}

bool Target::write_register(std::size_t program, std::uint64_t number, std::uint64_t value) {
  if (program != contexts_.running()) return false;
  Hart& hart = cpu_.hart();
  if (number < 32) {
    hart.set_x(static_cast<unsigned>(number), value);
  } else if (number == register_number::pc) {
    if (value % 2 != 0) return false;
    hart.set_pc(VirtualAddress(value));
  } else if (number < register_number::first_csr || number >= register_number::privilege ||
             !hart.set_csr(static_cast<std::uint16_t>(number - register_number::first_csr),
                           value)) {
    return false;
  }
  altered_ = true;
  return true;
}

PteStatus Target::read(PhysicalAddress address, std::uint64_t& entry) {
  std::array<unsigned char, sizeof entry> bytes{};
  if (cpu_.debug_read(address, bytes.data(), bytes.size()) != bytes.size()) {
    return PteStatus::access_fault;
  }
  entry = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) entry = entry << 8 | bytes[i];
  // The debugger can read a page that has not been accessed yet, and leaves no mark. In entries
  // that are not leaves these bits are reserved.
  if ((entry & (pte::read | pte::execute)) != 0) entry |= pte::accessed | pte::dirty;
  return PteStatus::ok;
}

PteStatus Target::compare_exchange(PhysicalAddress, std::uint64_t, std::uint64_t) {
  return PteStatus::access_fault;  // not used: `read` shows every entry as dirty
}

std::optional<PhysicalAddress> Target::translate_in(std::size_t program, VirtualAddress address) {
  TranslationRequest request;
  request.address = address;
  request.sum = true;
  request.mxr = true;
  request.vs_mxr = true;
  TranslationRegisters registers;
  if (program == contexts_.running()) {
    const Hart& hart = cpu_.hart();
    request.mode = hart.mode();
    registers.satp = hart.csr(csr::satp).value_or(0);
    registers.vsatp = hart.csr(csr::vsatp).value_or(0);
    registers.hgatp = hart.csr(csr::hgatp).value_or(0);
  } else {
    const Context& context = contexts_.at(program);
    if (!context.seen) return in_partition(context, address);
    request.mode = context.mode;
    registers.satp = context.satp;
    registers.vsatp = context.vsatp;
    registers.hgatp = context.hgatp;
  }
  for (const PrivilegeMode mode : {request.mode, supervisor_of(request.mode)}) {
    request.mode = mode;
    const auto result = translate(request, registers, *this);
    if (const auto* done = std::get_if<Translation>(&result)) return done->physical;
  }
  return std::nullopt;
}

template <class Transfer>
void Target::for_each_page(std::size_t program, std::uint64_t address, std::uint64_t bytes,
                           const Transfer& transfer) {
  for (std::uint64_t done = 0; done < bytes;) {
    const std::uint64_t here = address + done;
    const std::uint64_t part = std::min(bytes - done, pte::page_bytes - here % pte::page_bytes);
    const std::optional<PhysicalAddress> physical =
        addressing_ == Addressing::physical_addresses ? PhysicalAddress(here)
                                                      : translate_in(program, VirtualAddress(here));
    if (!physical || !transfer(*physical, done, static_cast<unsigned>(part))) return;
    done += part;
  }
}

std::string Target::read_memory(std::size_t program, std::uint64_t address, std::uint64_t bytes) {
  std::string contents;
  for_each_page(program, address, bytes,
                [&](PhysicalAddress physical, std::uint64_t offset, unsigned part) {
                  contents.resize(offset + part);
                  auto* data = reinterpret_cast<unsigned char*>(contents.data() + offset);
                  const unsigned done = cpu_.debug_read(physical, data, part);
                  contents.resize(offset + done);
                  return done == part;
                });
  return contents;
}

std::optional<MemoryAccess> Target::next_access(std::size_t program) {
  const auto pc = read_register(program, register_number::pc);
  if (!pc) return std::nullopt;
  const Addressing asked = addressing_;
  addressing_ = Addressing::virtual_addresses;
  // The last instruction in memory may have two bytes only.
  const std::string bytes = read_memory(program, *pc, sizeof(std::uint32_t));
  addressing_ = asked;
  std::uint32_t bits = 0;
  std::memcpy(&bits, bytes.data(), bytes.size());
  return gdb::next_access(
      bits, [&](unsigned number) { return read_register(program, number).value_or(0); });
}

bool Target::write_memory(std::size_t program, std::uint64_t address, std::string_view bytes) {
  std::uint64_t written = 0;
  for_each_page(program, address, bytes.size(),
                [&](PhysicalAddress physical, std::uint64_t offset, unsigned part) {
                  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data() + offset);
                  const unsigned done = cpu_.debug_write(physical, data, part);
                  written += done;
                  return done == part;
                });
  if (written != 0) altered_ = true;
  return written == bytes.size();
}

}  // namespace cyclevisor::gdb
