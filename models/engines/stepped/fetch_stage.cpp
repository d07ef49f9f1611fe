#include "models/engines/stepped/fetch_stage.hpp"

#include <algorithm>
#include <cstring>

namespace cyclevisor {

FetchStage::FetchStage(const PipelineSettings& settings, FunctionalCore& core, const MemoryMap& map,
                       const CacheArray& data_cache)
    : core_(core),
      map_(map),
      decoder_(core.core().csrs.config().extensions),
      cache_(
          settings.instruction_cache,
          [&core, &data_cache](std::uint64_t address, std::byte* bytes, unsigned count) {
            core.read_memory(address, bytes, count);
            const unsigned step = data_cache.geometry().line_bytes;
            for (unsigned i = 0; i < count; i += step) {
              const CacheArray::Line* line = data_cache.lookup(PhysicalAddress(address + i));
              if (line == nullptr || !line->dirty) continue;
              const std::uint64_t offset = address + i - line->address;
              std::memcpy(bytes + i, line->bytes.data() + offset, std::min(count, step));
            }
          },
          nullptr),
      bus_(settings.instruction_cache.beats()),
      translator_(core.core(), settings.instruction_tlb_entries) {}

void FetchStage::translate(const Commands& commands) {
  commands_ = commands;
  tlb_written_ = false;
  translation_ = translator_.look_up(request());
  const bool translates = translation_.regime.kind != Translator::Regime::Kind::none;
  if (commands.flushes_tlb && !translator_.tlb().forgets_nothing()) {
    // Nothing hits in this cycle.
    translation_.match = Tlb::Match();
    translation_.missing = translation_.needs_walk = translates;
    translation_.fault.reset();
    if (translates) translation_.physical = PhysicalAddress();
  }
  fault_ = translation_.fault;
  const MemoryAttributes attributes = map_.attributes(translation_.physical);
  cacheable_ = attributes.cacheable;
  answers_ = attributes.answers_fetch;
  const bool permitted = attributes.executable && pmp_permits(translation_.physical);
  if (!translation_.missing && !permitted && !fault_) {
    fault_.emplace();
    fault_->kind = TranslationFault::Kind::access;
  }
  if (commands.walk_fault != nullptr) walk_fault_ = *commands.walk_fault;
  if (walk_fault_) {
    fault_ = walk_fault_;
    translation_.needs_walk = false;
  }
}

void FetchStage::note_fault(const TranslationFault& fault, std::uint64_t faulting) {
  switch (fault.kind) {
    case TranslationFault::Kind::page:
      fetched_.fault = FetchFault::page;
      break;
    case TranslationFault::Kind::guest_page:
      fetched_.fault = FetchFault::guest_page;
      break;
    case TranslationFault::Kind::access:
      fetched_.fault = FetchFault::access;
      break;
  }
  fetched_.fault_address = faulting;
  fetched_.fault_guest_address = fault.guest_physical;
  fetched_.fault_implicit_access = fault.implicit_access;
}

bool FetchStage::pmp_permits(PhysicalAddress half) const {
  const Core& core = core_.core();
  return core.csrs.pmp.permits(half, 2, AccessType::fetch, core.mode);
}

std::uint32_t FetchStage::word() const {
  if (!cacheable_) return (translation_.physical.value & 2) != 0 ? bus_word_ >> 16 : bus_word_;
  const PhysicalAddress physical = translation_.physical;
  if (!cache_.present()) {
    std::uint32_t bits = 0;
    const bool at_end = physical.value % pte::page_bytes == pte::page_bytes - 2;
    core_.read_memory(physical.value, reinterpret_cast<std::byte*>(&bits), at_end ? 2 : 4);
    return bits;
  }
  const CacheArray::Line* line = cache_.array().lookup(physical);
  if (line == nullptr) return 0;
  const std::uint64_t offset = physical.value - line->address;
  std::uint32_t bits = 0;
  std::memcpy(&bits, line->bytes.data() + offset,
              std::min<std::size_t>(sizeof bits, line->bytes.size() - offset));
  return bits;
}

void FetchStage::decode_word(std::uint32_t bits) {
  const bool is_long = is_longer_than_16_bits(bits);
  if (!is_long) bits &= 0xffff;
  fetched_.pc = pc_;
  fetched_.physical_pc = second_half_ ? first_physical_ : translation_.physical;
  fetched_.fault = FetchFault::none;
  if (second_half_ && first_fault_) {
    note_fault(*first_fault_, pc_);
  } else if (fault_) {
    note_fault(*fault_, address());
  } else if (is_long && !second_half_ && !pmp_permits(translation_.physical + 2)) {
    TranslationFault refused;
    refused.kind = TranslationFault::Kind::access;
    note_fault(refused, pc_ + 2);
  }
  // Decoding depends on the bits alone.
  if (fetched_.valid && fetched_.bits == bits) return;
  fetched_.valid = true;
  fetched_.bits = bits;
  const Decoder::Decoded& decoded = decoder_.decoded(bits);
  fetched_.legal = decoded.legal;
  fetched_.instruction = decoded.instruction;
}

void FetchStage::access(bool bus_ready) {
  request_ = CacheMachine::Request();
  request_.reads = !translation_.missing && cacheable_;
  request_.invalidates = commands_.invalidates;
  request_.address = translation_.physical;
  const auto cache = cache_.evaluate(request_, bus_.acknowledges(bus_ready));
  wishes_.device = !translation_.missing && !cacheable_;
  wishes_.line_read = cache.line_read;
  wishes_.line_write = false;
  const bool waits = cache.stalls || bus_.stalls(wishes_, bus_ready);

  // A line's last halfword, or any odd halfword outside of the cache, may be only half of an
  // instruction.
  const std::uint64_t line = cache_.array().geometry().undivided_bytes();
  const bool at_end = cacheable_ ? pc_ % line == line - 2 : (pc_ & 2) != 0;
  const std::uint32_t bits = word();
  goes_on_to_second_half_ = !second_half_ && at_end && is_longer_than_16_bits(bits) && !waits &&
                            !translation_.missing && !translation_.needs_walk;
  between_halves_ = goes_on_to_second_half_ || (second_half_ && waits);
  stalls_ = waits || between_halves_;
  decode_word(second_half_ ? bits << 16 | first_half_ : bits);
}

void FetchStage::clock(const Edge& edge) {
  if (!tlb_written_) translator_.tlb().use(translation_.match);
  if (commands_.flushes_tlb) translator_.tlb().flush();
  if (bus_.in_data_phase())
    bus_word_ = answers_ ? core_.fetch_word(translation_.physical, edge.cycle) : 0;
  const bool held = edge.stalled && !between_halves_;
  cache_.clock(request_, {bus_.acknowledges(edge.bus_ready), edge.flushed, held});
  bus_.clock(wishes_, {edge.bus_ready, edge.flushed, held});

  if (!edge.stalled || (edge.flushed && second_half_)) walk_fault_.reset();
  if (edge.flushed) {
    second_half_ = false;
  } else if (!second_half_) {
    if (goes_on_to_second_half_) {
      second_half_ = true;
      first_half_ = static_cast<std::uint16_t>(fetched_.bits);
      first_physical_ = translation_.physical;
      first_fault_ = fault_;
    }
  } else if (!edge.stalled) {
    second_half_ = false;
  }
  if (!second_half_) first_fault_.reset();
  if (!edge.stalled) pc_ = edge.next_pc;
}

void FetchStage::restart(std::uint64_t pc) {
  pc_ = pc;
  second_half_ = false;
  first_fault_.reset();
  walk_fault_.reset();
  cache_.abandon();
  bus_.abandon();
  translator_.tlb().flush();
}

void FetchStage::write_tlb(const Tlb::Match& found) {
  translator_.tlb().write(address(), translation_.regime.space, found);
  tlb_written_ = true;
}

}  // namespace cyclevisor
