#include "models/timing/timing_state.hpp"

#include <cstring>

#include "models/timing/main_memory.hpp"

namespace cyclevisor {
namespace {

/// Contents of an instruction cache line: what the bus delivers. Main memory in the model already
/// has what the data cache holds dirty, so those parts come from the dirty line's copy of the
/// memory behind it.
Cache::ReadBytes instruction_refill(Core& core, const Cache& data_cache) {
  return [&core, &data_cache](std::uint64_t address, std::byte* bytes, unsigned count) {
    read_main_memory(core.memory, address, bytes, count);
    const unsigned step = data_cache.array.geometry().line_bytes;
    for (unsigned i = 0; i < count; i += step) {
      const CacheArray::Line* line = data_cache.array.lookup(PhysicalAddress(address + i));
      if (line == nullptr || !line->dirty) continue;
      const std::uint64_t offset = address + i - line->address;
      std::memcpy(bytes + i, data_cache.array.bytes(*line) + offset, std::min(count, step));
    }
  };
}

Cache::ReadBytes main_memory(Core& core) {
  return [&core](std::uint64_t address, std::byte* bytes, unsigned count) {
    read_main_memory(core.memory, address, bytes, count);
  };
}

}  // namespace

TimingState::TimingState(const PipelineSettings& settings, Core& core)
    : divider(settings.divider_bits),
      instruction_cache(settings.instruction_cache, instruction_refill(core, data_cache), nullptr),
      data_cache(settings.data_cache, nullptr, main_memory(core)),
      instruction_tlb(settings.instruction_tlb_entries, core.csrs.config().paging,
                      settings.tlb_overlap),
      data_tlb(settings.data_tlb_entries, core.csrs.config().paging, settings.tlb_overlap),
      divider_bits_(settings.divider_bits) {
  if (settings.predictor == Predictor::gshare) predictor.emplace(settings);
}

void TimingState::discard(std::uint64_t pc) {
  fetch.pc = pc;
  fetch.second_half = false;
  decode = execute = memory = StageRegister();
  memory_is_new = true;
  memory_mispredicted = wfi_in_writeback = false;
  wfi_cycles = 0;
  settled_cycles = 0;
  divider = Divider(divider_bits_);
  instruction_tlb.flush();
  data_tlb.flush();
}

}  // namespace cyclevisor
