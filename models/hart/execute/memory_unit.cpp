#include "models/hart/execute/memory_unit.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace cyclevisor {
namespace {

/// Calls copy(address, offset in the operand, bytes) for each piece of the operand.
template <class Copy>
void for_each_piece(const PreparedOperand& operand, unsigned bytes, Copy copy) {
  const unsigned first_bytes = std::min(bytes, operand.first_bytes);
  copy(operand.first, 0, first_bytes);
  if (first_bytes == bytes) return;
  copy(operand.second, first_bytes, bytes - first_bytes);
}

}  // namespace

MemoryUnit::MemoryUnit(CsrFile& csrs, PhysicalBus& bus) : csrs_(csrs), bus_(bus) {
  refresh(PrivilegeMode::machine);
}

std::uint64_t MemoryUnit::context_of(PrivilegeMode mode) const {
  // Above the bits that alignment leaves free, below the page number. Never 0.
  std::uint64_t context = bit(11) | static_cast<std::uint64_t>(mode) << 3;
  if (mode == PrivilegeMode::machine) return context;
  const CsrState& state = csrs_.state;
  const std::uint64_t status = is_virtual(mode) ? state.vsstatus : state.mstatus;
  if ((status & mstatus::sum) != 0) context |= bit(6);
  if ((state.mstatus & mstatus::mxr) != 0) context |= bit(7);
  if (is_virtual(mode) && (state.vsstatus & mstatus::mxr) != 0) context |= bit(8);
  return context;
}

void MemoryUnit::refresh(PrivilegeMode mode) {
  mode_ = mode;
  data_mode_ = mode;
  const std::uint64_t status = csrs_.state.mstatus;
  if ((status & mstatus::mprv) != 0) {
    data_mode_ = mode_of((status & mstatus::mpp) >> mstatus::mpp_shift, status & mstatus::mpv);
  }
  fetch_context_ = context_of(mode_);
  data_context_ = context_of(data_mode_);
}

void MemoryUnit::invalidate_direct_memory() {
  regions_.clear();
  translations_changed();
}

std::byte* MemoryUnit::direct(PhysicalAddress address, std::uint64_t bytes, AccessType type) {
  const auto holds_first_byte = [&](const DirectRegion& region) {
    return !(address < region.first) && address - region.first < region.bytes;
  };
  auto region = std::find_if(regions_.begin(), regions_.end(), holds_first_byte);
  if (region == regions_.end()) {
    const DirectRegion granted = bus_.direct(address);
    if (!holds_first_byte(granted)) return nullptr;
    region = regions_.insert(regions_.end(), granted);
  }
  const std::uint64_t offset = address - region->first;
  if (bytes > region->bytes - offset) return nullptr;
  if (type == AccessType::store && !region->writable) return nullptr;
  return region->host + offset;
}

PteStatus MemoryUnit::read(PhysicalAddress address, std::uint64_t& entry) {
  const bool permitted =
      csrs_.pmp.permits(address, sizeof entry, AccessType::load, PrivilegeMode::supervisor);
  const std::byte* host = permitted ? direct(address, sizeof entry, AccessType::load) : nullptr;
  if (host == nullptr) return PteStatus::access_fault;
  std::memcpy(&entry, host, sizeof entry);
  return PteStatus::ok;
}

PteStatus MemoryUnit::compare_exchange(PhysicalAddress address, std::uint64_t expected,
                                       std::uint64_t desired) {
  const bool permitted =
      csrs_.pmp.permits(address, sizeof desired, AccessType::store, PrivilegeMode::supervisor);
  std::byte* host = permitted ? direct(address, sizeof desired, AccessType::store) : nullptr;
  if (host == nullptr) return PteStatus::access_fault;
  std::uint64_t entry;
  std::memcpy(&entry, host, sizeof entry);
  if (entry != expected) return PteStatus::changed;
  std::memcpy(host, &desired, sizeof desired);
  return PteStatus::ok;
}

void MemoryUnit::complete_request(TranslationRequest& request) const {
  const CsrState& state = csrs_.state;
  const std::uint64_t status = is_virtual(request.mode) ? state.vsstatus : state.mstatus;
  request.sum = (status & mstatus::sum) != 0;
  request.mxr = (state.mstatus & mstatus::mxr) != 0;
  request.vs_mxr = (state.vsstatus & mstatus::mxr) != 0;
}

TranslationRequest MemoryUnit::data_request(std::uint64_t address, AccessType type) const {
  TranslationRequest request;
  request.address = VirtualAddress(address);
  request.type = type;
  request.mode = data_mode_;
  complete_request(request);
  return request;
}

TranslationRequest MemoryUnit::guest_request(std::uint64_t address, AccessType type,
                                             PrivilegeMode mode) const {
  TranslationRequest request = data_request(address, type);
  request.mode = mode;
  complete_request(request);
  return request;
}

TranslationRequest MemoryUnit::fetch_request(std::uint64_t address) const {
  TranslationRequest request;
  request.address = VirtualAddress(address);
  request.type = AccessType::fetch;
  request.mode = mode_;
  complete_request(request);
  return request;
}

TranslationRegisters MemoryUnit::registers() const {
  const CsrState& state = csrs_.state;
  TranslationRegisters registers;
  registers.satp = state.satp;
  registers.vsatp = state.vsatp;
  registers.hgatp = state.hgatp;
  const auto policy = [](std::uint64_t environment) {
    return (environment & envcfg::adue) != 0 ? AccessedDirty::update : AccessedDirty::fault;
  };
  registers.accessed_dirty = policy(state.menvcfg);
  registers.vs_accessed_dirty = policy(state.menvcfg & state.henvcfg);
  registers.physical_address_bits = csrs_.config().physical_address_bits;
  return registers;
}

std::uint64_t MemoryUnit::read_memory(PhysicalAddress address, unsigned bytes, Cycle at) {
  const std::byte* host = direct(address, bytes, AccessType::load);
  if (host == nullptr) return bus_.read(address, bytes, at).data;
  std::uint64_t value = 0;
  std::memcpy(&value, host, bytes);
  return value;
}

void MemoryUnit::write_memory(PhysicalAddress address, unsigned bytes, std::uint64_t value,
                              Cycle at) {
  if (std::byte* host = direct(address, bytes, AccessType::store)) {
    std::memcpy(host, &value, bytes);
  } else {
    bus_.write(address, bytes, value, at);
  }
}

const PreparedOperand& MemoryUnit::prepared() const {
  if (prepared_ == nullptr) throw std::logic_error("a memory access without an operand");
  return *prepared_;
}

std::uint64_t MemoryUnit::load_pieces(unsigned bytes, Cycle at) {
  std::uint64_t value = 0;
  for_each_piece(*prepared_, bytes, [&](PhysicalAddress address, unsigned offset, unsigned count) {
    const std::uint64_t piece = read_memory(address, count, at);
    std::memcpy(reinterpret_cast<std::byte*>(&value) + offset, &piece, count);
  });
  return value;
}

void MemoryUnit::store_pieces(unsigned bytes, std::uint64_t value, Cycle at) {
  for_each_piece(*prepared_, bytes, [&](PhysicalAddress address, unsigned offset, unsigned count) {
    std::uint64_t piece = 0;
    std::memcpy(&piece, reinterpret_cast<const std::byte*>(&value) + offset, count);
    write_memory(address, count, piece, at);
  });
}

std::uint64_t MemoryUnit::load(std::uint64_t address, unsigned bytes, Cycle at) {
  const PreparedOperand& operand = prepared();
  if (operand.reply) bus_done_ = operand.reply->done;
  const std::uint64_t value = operand.reply ? operand.reply->data : load_pieces(bytes, at);
  if (recording_) {
    record_access(MemoryAccess::Kind::load, address, operand.first, bytes, value);
  }
  return value;
}

void MemoryUnit::store(std::uint64_t address, unsigned bytes, std::uint64_t value, Cycle at) {
  const PreparedOperand& operand = prepared();
  if (operand.reply) {
    bus_done_ = operand.reply->done;
  } else {
    store_pieces(bytes, value, at);
  }
  if (recording_) {
    record_access(MemoryAccess::Kind::store, address, operand.first, bytes, value);
  }
}

void MemoryUnit::record_access(MemoryAccess::Kind kind, std::uint64_t address,
                               PhysicalAddress physical, unsigned bytes, std::uint64_t value) {
  access_.kind = kind;
  access_.bytes = static_cast<std::uint8_t>(bytes);
  access_.address = VirtualAddress(address);
  access_.physical = physical;
  const unsigned unused_bits = 64 - 8 * bytes;
  access_.value = value << unused_bits >> unused_bits;
}

}  // namespace cyclevisor
