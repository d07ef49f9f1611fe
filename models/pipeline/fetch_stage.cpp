#include "models/pipeline/fetch_stage.hpp"

#include <algorithm>
#include <cstring>

#include "models/hart/isa/decode.hpp"
#include "models/mmu/pte.hpp"

namespace cyclevisor {

FetchStage::FetchStage(const PipelineSettings& settings, FunctionalCore& core, const MemoryMap& map,
                       const CacheArray& data_cache)
    : core_(core),
      map_(map),
      extensions_(core.core().csrs.config().extensions),
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
      bus_(settings.instruction_cache.line_bytes / 8),
      tlb_(settings.instruction_tlb_entries) {}

void FetchStage::translate(const Commands& commands) {
  commands_ = commands;
  const CsrState& state = core_.core().csrs.state;
  const PrivilegeMode mode = core_.core().mode;
  tlb_written_ = false;
  match_ = tlb_.match(address(), state.satp);
  if (commands.flushes_tlb) match_ = Tlb::Match();

  const bool translates =
      atp::mode(state.satp) != atp::Mode::bare && mode != PrivilegeMode::machine;
  misses_tlb_ = translates && !match_.hit;
  needs_walk_ = misses_tlb_;
  fault_ = FetchFault::none;
  physical_ = PhysicalAddress(address());
  if (translates) physical_ = match_.hit ? translated(match_, address()) : PhysicalAddress();
  if (translates && match_.hit) {
    AccessRights rights;
    rights.kind = AccessRights::Kind::fetch;
    rights.mode = mode;
    const auto policy = (state.menvcfg & envcfg::adue) != 0 ? AccessedDirtyUpdate::by_walker
                                                            : AccessedDirtyUpdate::page_fault;
    const TlbVerdict verdict = judge(match_, address(), rights, policy);
    needs_walk_ = verdict == TlbVerdict::update;
    if (verdict == TlbVerdict::page_fault) fault_ = FetchFault::page;
  }
  const MemoryAttributes attributes = map_.attributes(physical_);
  cacheable_ = attributes.cacheable;
  answers_ = attributes.answers_fetch;
  const bool permitted = attributes.executable && pmp_permits(physical_);
  if (!misses_tlb_ && !permitted && fault_ == FetchFault::none) fault_ = FetchFault::access;
  if (commands.walk_fault != FetchFault::none) fault_ = commands.walk_fault;
}

bool FetchStage::pmp_permits(PhysicalAddress half) const {
  const Core& core = core_.core();
  return core.csrs.pmp.permits(half, 2, AccessType::fetch, core.mode);
}

std::uint32_t FetchStage::word() const {
  if (!cacheable_) return (physical_.value & 2) != 0 ? bus_word_ >> 16 : bus_word_;
  const CacheArray::Line* line = cache_.array().lookup(physical_);
  if (line == nullptr) return 0;
  const std::uint64_t offset = physical_.value - line->address;
  std::uint32_t bits = 0;
  std::memcpy(&bits, line->bytes.data() + offset,
              std::min<std::size_t>(sizeof bits, line->bytes.size() - offset));
  return bits;
}

void FetchStage::decode_word(std::uint32_t bits) {
  const bool is_long = is_longer_than_16_bits(bits);
  if (!is_long) bits &= 0xffff;
  fetched_.pc = pc_;
  fetched_.physical_pc = second_half_ ? first_physical_ : physical_;
  fetched_.fault = fault_;
  fetched_.fault_address = address();
  if (is_long && !second_half_ && fault_ == FetchFault::none && !pmp_permits(physical_ + 2)) {
    fetched_.fault = FetchFault::access;
    fetched_.fault_address = pc_ + 2;
  }
  // Decoding depends on the bits alone.
  if (fetched_.valid && fetched_.bits == bits) return;
  fetched_.valid = true;
  fetched_.legal = true;
  fetched_.bits = bits;
  fetched_.instruction = Instruction();
  if (const auto instruction = decode(bits, extensions_)) {
    fetched_.instruction = *instruction;
  } else {
    fetched_.legal = false;
    fetched_.instruction.raw = fetched_.instruction.expanded = bits;
    fetched_.instruction.length = is_longer_than_16_bits(bits) ? 4 : 2;
  }
}

void FetchStage::access(bool bus_ready) {
  request_ = CacheMachine::Request();
  request_.reads = !misses_tlb_ && cacheable_;
  request_.invalidates = commands_.invalidates;
  request_.address = physical_;
  const auto cache = cache_.evaluate(request_, bus_.acknowledges(bus_ready));
  wishes_.device = !misses_tlb_ && !cacheable_;
  wishes_.line_read = cache.line_read;
  wishes_.line_write = false;
  const bool waits = cache.stalls || bus_.stalls(wishes_, bus_ready);

  // A line's last halfword, or any odd halfword outside of the cache, may be only half of an
  // instruction.
  const std::uint64_t in_line = pc_ % cache_.array().geometry().line_bytes;
  const bool at_end =
      cacheable_ ? in_line == cache_.array().geometry().line_bytes - 2 : (pc_ & 2) != 0;
  const std::uint32_t bits = word();
  goes_on_to_second_half_ =
      !second_half_ && at_end && is_longer_than_16_bits(bits) && !waits && !needs_walk_;
  between_halves_ = goes_on_to_second_half_ || (second_half_ && waits);
  stalls_ = waits || between_halves_;
  decode_word(second_half_ ? bits << 16 | first_half_ : bits);
}

void FetchStage::clock(const Edge& edge) {
  if (!tlb_written_) tlb_.use(match_);
  if (commands_.flushes_tlb) tlb_.flush();
  if (bus_.in_data_phase()) bus_word_ = answers_ ? core_.fetch_word(physical_, edge.cycle) : 0;
  const bool held = edge.stalled && !between_halves_;
  cache_.clock(request_, {bus_.acknowledges(edge.bus_ready), edge.flushed, held});
  bus_.clock(wishes_, {edge.bus_ready, edge.flushed, held});

  if (edge.flushed) {
    second_half_ = false;
  } else if (!second_half_) {
    if (goes_on_to_second_half_) {
      second_half_ = true;
      first_half_ = static_cast<std::uint16_t>(fetched_.bits);
      first_physical_ = physical_;
    }
  } else if (!edge.stalled) {
    second_half_ = false;
  }
  if (!edge.stalled) pc_ = edge.next_pc;
}

void FetchStage::restart(std::uint64_t pc) {
  pc_ = pc;
  second_half_ = false;
  cache_.abandon();
  bus_.abandon();
  tlb_.flush();
}

void FetchStage::write_tlb(std::uint64_t entry, unsigned level) {
  tlb_.write(address(), core_.core().csrs.state.satp, entry, level);
  tlb_written_ = true;
}

}  // namespace cyclevisor
