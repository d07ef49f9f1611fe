#include "models/hart/memory_unit.hpp"

#include <algorithm>

#include "models/hart/isa/decode.hpp"

namespace cyclevisor {
namespace {

ProtectionCause access_fault(AccessType type) {
  return cause(TranslationFault::Kind::access, type);
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

void MemoryUnit::flush() {
  ++generation_;
  for (Cache* cache : {&fetch_cache_, &load_cache_, &store_cache_}) {
    for (Entry& entry : *cache) entry.tag = 0;
  }
}

void MemoryUnit::invalidate_direct_memory() {
  regions_.clear();
  flush();
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

bool MemoryUnit::fail(ProtectionCause cause, const TranslationRequest& request) {
  exception_ = Exception();
  exception_.cause = cause_of(cause);
  exception_.tval = request.address.value;
  exception_.trap_value =
      is_virtual(request.mode) ? TrapValue::guest_virtual_address : TrapValue::other;
  return false;
}

bool MemoryUnit::fail_misaligned(const TranslationRequest& request) {
  fail(access_fault(request.type), request);
  exception_.cause = request.type == AccessType::load ? ExceptionCause::load_address_misaligned
                                                      : ExceptionCause::store_address_misaligned;
  return false;
}

bool MemoryUnit::fail_translation(const TranslationFault& fault,
                                  const TranslationRequest& request) {
  fail(cause(fault.kind, request.type), request);
  if (fault.kind == TranslationFault::Kind::guest_page) {
    exception_.tval2 = fault.guest_physical.value >> 2;
    exception_.tinst = pseudoinstruction(fault.implicit_access);
  }
  return false;
}

bool MemoryUnit::resolve(const TranslationRequest& request, unsigned bytes, Target& target,
                         Cache* cache, std::uint64_t context) {
  const auto result = translate(request, registers(), *this);
  if (const auto* fault = std::get_if<TranslationFault>(&result)) {
    return fail_translation(*fault, request);
  }
  target.physical = std::get<Translation>(result).physical;
  if (!csrs_.pmp.permits(target.physical, bytes, request.type, request.mode)) {
    return fail(access_fault(request.type), request);
  }
  target.host = direct(target.physical, bytes, request.type);
  if (target.host == nullptr || cache == nullptr) return true;

  const std::uint64_t offset = request.address.value & page_offset;
  const PhysicalAddress page = target.physical - offset;
  std::byte* host_page = direct(page, pte::page_bytes, request.type);
  if (host_page != nullptr && csrs_.pmp.verdict(page, pte::page_bytes, request.type,
                                                request.mode) == PmpVerdict::permitted) {
    Entry& entry = (*cache)[index_of(request.address.value)];
    entry.tag = (request.address.value & ~page_offset) | context;
    entry.host = host_page;
    entry.physical = page.value;
  }
  return true;
}

bool MemoryUnit::resolve_bytes(const TranslationRequest& request, unsigned bytes,
                               std::array<Target, 8>& targets) {
  TranslationRequest byte = request;
  for (unsigned i = 0; i < bytes; ++i) {
    byte.address = request.address + i;
    if (!resolve(byte, 1, targets[i], nullptr, 0)) return false;
    if (targets[i].host == nullptr) return fail(access_fault(request.type), byte);
  }
  return true;
}

bool MemoryUnit::fetch_half(std::uint64_t address, Cycle at, std::uint16_t& half) {
  const std::uint64_t offset = address & page_offset;
  const Entry& entry = fetch_cache_[index_of(address)];
  if (entry.tag == ((address & ~page_offset) | fetch_context_)) {
    std::memcpy(&half, entry.host + offset, sizeof half);
    physical_pc_ = entry.physical + offset;
    return true;
  }
  const TranslationRequest request = fetch_request(address);
  Target target;
  if (!resolve(request, sizeof half, target, &fetch_cache_, fetch_context_)) return false;
  physical_pc_ = target.physical.value;
  if (target.host != nullptr) {
    std::memcpy(&half, target.host, sizeof half);
    return true;
  }
  const BusReply reply = bus_.fetch(target.physical, sizeof half, at);
  if (reply.status != BusStatus::ok) return fail(access_fault(AccessType::fetch), request);
  half = static_cast<std::uint16_t>(reply.data);
  return true;
}

bool MemoryUnit::fetch_slowly(std::uint64_t pc, Cycle at, std::uint32_t& bits) {
  std::uint16_t low = 0;
  if (!fetch_half(pc, at, low)) return false;
  bits = low;
  if (!is_longer_than_16_bits(low)) return true;
  const std::uint64_t physical_pc = physical_pc_;
  std::uint16_t high = 0;
  if (!fetch_half(pc + 2, at, high)) return false;
  physical_pc_ = physical_pc;
  bits |= std::uint32_t{high} << 16;
  return true;
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

template <class Copy>
void MemoryUnit::for_each_piece(unsigned bytes, Copy copy) {
  const unsigned first_bytes = std::min(bytes, prepared_->first_bytes);
  copy(prepared_->first, 0, first_bytes);
  if (first_bytes == bytes) return;
  copy(prepared_->second, first_bytes, bytes - first_bytes);
}

std::uint64_t MemoryUnit::load_prepared(unsigned bytes, Cycle at) {
  if (prepared_->reply) {
    bus_done_ = prepared_->reply->done;
    return prepared_->reply->data;
  }
  std::uint64_t value = 0;
  for_each_piece(bytes, [&](PhysicalAddress address, unsigned offset, unsigned count) {
    const std::uint64_t piece = read_memory(address, count, at);
    std::memcpy(reinterpret_cast<std::byte*>(&value) + offset, &piece, count);
  });
  return value;
}

void MemoryUnit::store_prepared(unsigned bytes, Cycle at, std::uint64_t value) {
  if (prepared_->reply) {
    bus_done_ = prepared_->reply->done;
    return;
  }
  for_each_piece(bytes, [&](PhysicalAddress address, unsigned offset, unsigned count) {
    std::uint64_t piece = 0;
    std::memcpy(&piece, reinterpret_cast<const std::byte*>(&value) + offset, count);
    write_memory(address, count, piece, at);
  });
}

bool MemoryUnit::load_slowly(const TranslationRequest& request, unsigned bytes, Cycle at,
                             std::uint64_t& value) {
  value = 0;
  if (prepared_ != nullptr) {
    value = load_prepared(bytes, at);
    if (recording_) {
      record_access(MemoryAccess::Kind::load, request.address.value, prepared_->first, bytes,
                    value);
    }
    return true;
  }
  Target target;
  if (request.address.value % bytes != 0) {
    if (csrs_.config().misaligned == MisalignedAccess::trap) return fail_misaligned(request);
    std::array<Target, 8> targets;
    if (!resolve_bytes(request, bytes, targets)) return false;
    for (unsigned i = 0; i < bytes; ++i) {
      value |= std::to_integer<std::uint64_t>(*targets[i].host) << (8 * i);
    }
    target = targets[0];
  } else {
    const bool cacheable =
        request.mode == data_mode_ && request.load_permission == LoadPermission::read;
    if (!resolve(request, bytes, target, cacheable ? &load_cache_ : nullptr, data_context_)) {
      return false;
    }
    if (target.host != nullptr) {
      std::memcpy(&value, target.host, bytes);
    } else {
      const BusReply reply = bus_.read(target.physical, bytes, at);
      bus_done_ = reply.done;
      if (reply.status != BusStatus::ok) return fail(access_fault(request.type), request);
      value = reply.data;
    }
  }
  if (recording_) {
    record_access(MemoryAccess::Kind::load, request.address.value, target.physical, bytes, value);
  }
  return true;
}

bool MemoryUnit::store_slowly(const TranslationRequest& request, unsigned bytes, Cycle at,
                              std::uint64_t value) {
  if (prepared_ != nullptr) {
    store_prepared(bytes, at, value);
    if (recording_) {
      record_access(MemoryAccess::Kind::store, request.address.value, prepared_->first, bytes,
                    value);
    }
    return true;
  }
  Target target;
  if (request.address.value % bytes != 0) {
    if (csrs_.config().misaligned == MisalignedAccess::trap) return fail_misaligned(request);
    std::array<Target, 8> targets;
    if (!resolve_bytes(request, bytes, targets)) return false;
    for (unsigned i = 0; i < bytes; ++i) {
      *targets[i].host = static_cast<std::byte>(value >> (8 * i));
    }
    target = targets[0];
  } else {
    const bool cacheable = request.mode == data_mode_;
    if (!resolve(request, bytes, target, cacheable ? &store_cache_ : nullptr, data_context_)) {
      return false;
    }
    if (target.host != nullptr) {
      std::memcpy(target.host, &value, bytes);
    } else {
      const BusReply reply = bus_.write(target.physical, bytes, value, at);
      bus_done_ = reply.done;
      if (reply.status != BusStatus::ok) return fail(access_fault(request.type), request);
    }
  }
  if (recording_) {
    record_access(MemoryAccess::Kind::store, request.address.value, target.physical, bytes, value);
  }
  return true;
}

bool MemoryUnit::find_atomic(std::uint64_t address, unsigned bytes, AccessType type,
                             PhysicalAddress& physical) {
  if (prepared_ != nullptr) {
    physical = prepared_->first;
    return true;
  }
  const TranslationRequest request = data_request(address, type);
  if (address % bytes != 0) return fail_misaligned(request);
  Target target;
  if (!resolve(request, bytes, target, nullptr, 0)) return false;
  physical = target.physical;
  return target.host != nullptr || fail(access_fault(type), request);
}

bool MemoryUnit::load_as_guest(std::uint64_t address, unsigned bytes, PrivilegeMode mode,
                               LoadPermission permission, Cycle at, std::uint64_t& value) {
  TranslationRequest request = guest_request(address, AccessType::load, mode);
  request.load_permission = permission;
  return load_slowly(request, bytes, at, value);
}

bool MemoryUnit::store_as_guest(std::uint64_t address, unsigned bytes, PrivilegeMode mode, Cycle at,
                                std::uint64_t value) {
  return store_slowly(guest_request(address, AccessType::store, mode), bytes, at, value);
}

void MemoryUnit::record(MemoryAccess::Kind kind, std::uint64_t address, const Entry& entry,
                        unsigned bytes, std::uint64_t value) {
  record_access(kind, address, PhysicalAddress(entry.physical + (address & page_offset)), bytes,
                value);
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
