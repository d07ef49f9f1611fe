#include "models/engines/stepped/fetch_stage.hpp"

#include <algorithm>
#include <cstring>

#include "models/timing/main_memory.hpp"

namespace cyclevisor {

FetchStage::FetchStage(const PipelineSettings& settings, TimingState& state, CommitPort& core,
                       const MemoryMap& map)
    : core_(core),
      map_(map),
      decoder_(core.core().csrs.config().extensions),
      register_(state.fetch),
      cache_(state.instruction_cache),
      controller_(cache_),
      bus_(settings.instruction_cache.beats()),
      translator_(core.core(), state.instruction_tlb) {}

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
    read_main_memory(core_.core().memory, physical.value, reinterpret_cast<std::byte*>(&bits),
                     at_end ? 2 : 4);
    return bits;
  }
  const CacheArray::Line* line = cache_.array.lookup(physical);
  if (line == nullptr) return 0;
  const std::uint64_t offset = physical.value - line->address;
  std::uint32_t bits = 0;
  std::memcpy(&bits, cache_.array.bytes(*line) + offset,
              std::min<std::size_t>(sizeof bits, cache_.array.geometry().line_bytes - offset));
  return bits;
}

void FetchStage::decode_word(std::uint32_t bits) {
  const bool is_long = is_longer_than_16_bits(bits);
  if (!is_long) bits &= 0xffff;
  fetched_.pc = register_.pc;
  fetched_.physical_pc = register_.second_half ? register_.first_physical : translation_.physical;
  fetched_.fault = FetchFault::none;
  if (register_.second_half && first_fault_) {
    note_fault(*first_fault_, register_.pc);
  } else if (fault_) {
    note_fault(*fault_, address());
  } else if (is_long && !register_.second_half && !pmp_permits(translation_.physical + 2)) {
    TranslationFault refused;
    refused.kind = TranslationFault::Kind::access;
    note_fault(refused, register_.pc + 2);
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
  request_ = CacheController::Request();
  request_.reads = !translation_.missing && cacheable_;
  request_.invalidates = commands_.invalidates;
  request_.address = translation_.physical;
  const auto cache = controller_.evaluate(request_, bus_.acknowledges(bus_ready));
  demand_.device = !translation_.missing && !cacheable_;
  demand_.line_read = cache.line_read;
  demand_.line_write = false;
  const bool waits = cache.stalls || bus_.stalls(demand_, bus_ready);

  // The last halfword of a line, or any odd halfword outside the cache, may be only half of an
  // instruction.
  const std::uint64_t line = cache_.array.geometry().undivided_bytes();
  const bool at_end = cacheable_ ? register_.pc % line == line - 2 : (register_.pc & 2) != 0;
  const std::uint32_t bits = word();
  starts_second_half_ = !register_.second_half && at_end && is_longer_than_16_bits(bits) &&
                        !waits && !translation_.missing && !translation_.needs_walk;
  between_halves_ = starts_second_half_ || (register_.second_half && waits);
  stalls_ = waits || between_halves_;
  decode_word(register_.second_half ? bits << 16 | register_.first_half : bits);
}

void FetchStage::clock(const Edge& edge) {
  if (!tlb_written_) translator_.tlb().use(translation_.match);
  if (commands_.flushes_tlb) translator_.tlb().flush();
  if (bus_.in_data_phase())
    bus_word_ = answers_ ? core_.fetch_word(translation_.physical, edge.cycle) : 0;
  const bool held = edge.stalled && !between_halves_;
  controller_.clock(request_, {bus_.acknowledges(edge.bus_ready), edge.flushed, held});
  bus_.clock(demand_, {edge.bus_ready, edge.flushed, held});

  if (!edge.stalled || (edge.flushed && register_.second_half)) walk_fault_.reset();
  if (edge.flushed) {
    register_.second_half = false;
  } else if (!register_.second_half) {
    if (starts_second_half_) {
      register_.second_half = true;
      register_.first_half = static_cast<std::uint16_t>(fetched_.bits);
      register_.first_physical = translation_.physical;
      first_fault_ = fault_;
    }
  } else if (!edge.stalled) {
    register_.second_half = false;
  }
  if (!register_.second_half) first_fault_.reset();
  if (!edge.stalled) register_.pc = edge.next_pc;
}

void FetchStage::restart() {
  first_fault_.reset();
  walk_fault_.reset();
  controller_.abandon();
  bus_.abandon();
}

void FetchStage::write_tlb(const Tlb::Match& found) {
  translator_.tlb().write(address(), translation_.regime.space, found);
  tlb_written_ = true;
}

}  // namespace cyclevisor
