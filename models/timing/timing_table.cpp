#include "models/timing/timing_table.hpp"

#include <algorithm>

namespace cyclevisor {
namespace {

using Source = TimingRow::Source;

/// The beats of a line on the bus.
std::uint64_t transfer(const PipelineSettings& s, const CacheGeometry& cache) {
  return cache.beats() + s.memory_latency + (cache.beats() - 1) * s.memory_beat;
}

/// A line from memory: address, beats, one cycle to write it to the cache.
std::uint64_t line(const PipelineSettings& s, const CacheGeometry& cache) {
  return 1 + transfer(s, cache) + 1;
}

/// fence.i: one (set, way) per cycle and one cycle to begin.
std::uint64_t sweep(const PipelineSettings& s) { return s.data_cache.sets * s.data_cache.ways + 1; }

/// The formula of rules section 9 for a leaf above the last level.
std::uint64_t walk(std::uint64_t levels_read) { return 1 + 2 * levels_read + 1 + 1; }

std::uint64_t guest_walk(std::uint64_t entries) { return 1 + 2 * entries + 1; }

/// A 4 KiB page, by the reference core's walker: the last level needs no check of a pointer.
std::uint64_t walk_4k() { return walk(3) - 1; }

/// Setup phase and access phase; a read has one wait state (rtl/timer_apb.sv).
constexpr std::uint64_t apb_write = 2;
constexpr std::uint64_t apb_read = 3;

/// The benchmarks of a cache's size access lines at this distance in turn.
constexpr std::uint64_t working_set_lines = 8;
constexpr std::uint64_t working_set_distance = 2048;

/// All of them miss if a set has fewer ways than the lines that map to it.
std::uint64_t working_set(const PipelineSettings& s, const CacheGeometry& cache) {
  const std::uint64_t apart =
      std::max<std::uint64_t>(cache.sets * cache.line_bytes / working_set_distance, 1);
  const bool fits = working_set_lines <= apart * cache.ways;
  return fits ? 0 : working_set_lines * line(s, cache);
}

/// A walk, unless the TLB has room for all pages that the benchmarks of its size access in turn.
std::uint64_t pages_in_turn(std::uint64_t tlb_entries) {
  constexpr std::uint64_t pages = 8;
  return tlb_entries >= pages ? 0 : walk_4k();
}

constexpr std::uint64_t misprediction = 2;

/// Of 17 nested calls, the returns that the stack has no room for are mispredicted.
std::uint64_t nested_calls(const PipelineSettings& s) {
  constexpr std::uint64_t calls = 17;
  return s.return_stack_entries >= calls ? 0 : misprediction * (calls - s.return_stack_entries);
}

/// Two jumps whose addresses differ in bit 10. The index begins at bit 2.
std::uint64_t two_jumps(const PipelineSettings& s) {
  return s.predictor_index_bits > 10 - 2 ? 0 : 2 * misprediction;
}

}  // namespace

// clang-format off
const std::vector<TimingRow>& timing_table() {
  static const std::vector<TimingRow> table{
      {"one_a_cycle", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "ALU instructions in a row", "one instruction a cycle, results are forwarded", "", Source::reference, "1", "one_a_cycle", "",
       [](PipelineSettings&) {}},
      {"load_use", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "use of a loaded value by the next instruction", "the value is there behind the memory stage", "", Source::reference, "2", "load_use", "",
       [](PipelineSettings&) {}},
      {"load_use_at_2", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "the same by the one after it", "forwarded", "", Source::reference, "2", "load_use_at_2", "",
       [](PipelineSettings&) {}},
      {"raw_field", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "an immediate that looks like the register just loaded", "fields are compared wherever the 32-bit form has them", "", Source::reference, "2", "raw_field", "",
       [](PipelineSettings&) {}},
      {"csr_use", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "use of a CSR's value by the next instruction", "as of a load", "", Source::reference, "2", "csr_use", "",
       [](PipelineSettings&) {}},
      {"multiply", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "multiplications in a row", "pipelined", "", Source::reference, "3", "multiply", "",
       [](PipelineSettings&) {}},
      {"multiply_use", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "use of a product by the next instruction", "the second stage of the multiplier is the memory stage", "", Source::reference, "2", "multiply_use", "",
       [](PipelineSettings&) {}},
      {"load_behind_store", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "load behind a store", "one port: the store writes in the cycle in which the load would look", "", Source::reference, "2", "load_behind_store", "",
       [](PipelineSettings&) {}},
      {"store_behind_store", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "store behind a store", "both use the port in the memory stage", "", Source::reference, "2", "store_behind_store", "",
       [](PipelineSettings&) {}},
      {"amo_behind_amo", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "AMO behind an AMO", "it loads and stores", "", Source::reference, "2", "amo_behind_amo", "",
       [](PipelineSettings&) {}},
      {"divide", [](const PipelineSettings& s) -> std::uint64_t { return 64 / s.divider_bits + 1; },
       "64-bit division or remainder", "quotient bits a cycle, and one to begin", "timing.divider_bits", Source::reference, "3", "divide", "",
       [](PipelineSettings&) {}},
      {"divide_word", [](const PipelineSettings& s) -> std::uint64_t { return 32 / s.divider_bits + 1; },
       "32-bit division or remainder", "the same", "timing.divider_bits", Source::reference, "3", "divide_word", "",
       [](PipelineSettings&) {}},
      {"divide_by_zero", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "division by zero", "found in the first cycle", "", Source::reference, "3", "divide_by_zero", "",
       [](PipelineSettings&) {}},
      {"divide_by_one_bit", [](const PipelineSettings& s) -> std::uint64_t { return 64 / s.divider_bits + 1; },
       "64-bit division, one bit a cycle", "as above", "timing.divider_bits", Source::ours, "", "divide", "--set timing.divider_bits=1",
       [](PipelineSettings& s) { s.divider_bits = 1; }},
      {"branch_not_taken", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "branch that is not taken", "what follows is fetched anyway", "timing.predictor", Source::reference, "4", "branch_not_taken", "",
       [](PipelineSettings&) {}},
      {"branch_taken", [](const PipelineSettings&) -> std::uint64_t { return 2; },
       "branch that is taken, without prediction", "two younger instructions are given up: it is decided in execute", "timing.predictor", Source::reference, "4", "branch_taken", "",
       [](PipelineSettings&) {}},
      {"jump", [](const PipelineSettings&) -> std::uint64_t { return 2; },
       "jump, without prediction", "as a taken branch", "timing.predictor", Source::reference, "4", "jump", "",
       [](PipelineSettings&) {}},
      {"predicted_branch", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "taken branch, predicted", "the next fetch is at the target", "timing.predictor", Source::reference, "7", "predicted_branch", "--set timing.predictor=gshare",
       [](PipelineSettings& s) { s.predictor = Predictor::gshare; }},
      {"mispredicted_branch", [](const PipelineSettings&) -> std::uint64_t { return 2; },
       "branch, predicted wrongly", "found in execute", "timing.predictor", Source::reference, "7", "mispredicted_branch", "--set timing.predictor=gshare",
       [](PipelineSettings& s) { s.predictor = Predictor::gshare; }},
      {"predicted_return", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "call and return, predicted", "branch target buffer and return stack", "timing.predictor", Source::reference, "7", "predicted_return", "--set timing.predictor=gshare",
       [](PipelineSettings& s) { s.predictor = Predictor::gshare; }},
      {"two_jumps", [](const PipelineSettings& s) -> std::uint64_t { return two_jumps(s); },
       "two jumps 1 KiB apart, predicted", "each has its entry in the branch target buffer", "timing.predictor_index_bits", Source::reference, "7", "two_jumps", "--set timing.predictor=gshare",
       [](PipelineSettings& s) { s.predictor = Predictor::gshare; }},
      {"two_jumps_8_index_bits", [](const PipelineSettings& s) -> std::uint64_t { return two_jumps(s); },
       "the same, index of 8 bits", "both have one entry, which always has the other one's target", "timing.predictor_index_bits", Source::ours, "7", "two_jumps", "--set timing.predictor=gshare --set timing.predictor_index_bits=8",
       [](PipelineSettings& s) { s.predictor = Predictor::gshare; s.predictor_index_bits = 8; }},
      {"nested_calls", [](const PipelineSettings& s) -> std::uint64_t { return nested_calls(s); },
       "17 calls inside each other and their returns, predicted", "the return stack has room for 16; the last return is predicted wrongly", "timing.return_stack", Source::reference, "7", "nested_calls", "--set timing.predictor=gshare",
       [](PipelineSettings& s) { s.predictor = Predictor::gshare; }},
      {"nested_calls_32_entries", [](const PipelineSettings& s) -> std::uint64_t { return nested_calls(s); },
       "the same, return stack of 32", "it has room for all", "timing.return_stack", Source::ours, "7", "nested_calls", "--set timing.predictor=gshare --set timing.return_stack=32",
       [](PipelineSettings& s) { s.predictor = Predictor::gshare; s.return_stack_entries = 32; }},
      {"unmapped_wrong_path", [](const PipelineSettings&) -> std::uint64_t { return misprediction + 2; },
       "jump, predicted to go where there is nothing", "a fetch from there goes over the bus as a device access does, before the jump is in execute", "timing.predictor", Source::reference, "7", "unmapped_wrong_path", "--set timing.predictor=gshare",
       [](PipelineSettings& s) { s.predictor = Predictor::gshare; }},
      {"csr_write", [](const PipelineSettings&) -> std::uint64_t { return 3; },
       "CSR write", "everything younger is fetched again: it takes effect in the memory stage", "", Source::reference, "6", "csr_write", "",
       [](PipelineSettings&) {}},
      {"fence", [](const PipelineSettings&) -> std::uint64_t { return 3; },
       "fence", "as a CSR write; memory is in order anyway", "", Source::reference, "6", "fence", "",
       [](PipelineSettings&) {}},
      {"sfence_vma", [](const PipelineSettings&) -> std::uint64_t { return 3; },
       "sfence.vma where nothing is translated", "as a fence", "", Source::reference, "6", "sfence_vma", "",
       [](PipelineSettings&) {}},
      {"fence_i", [](const PipelineSettings& s) -> std::uint64_t { return sweep(s) + 3 + line(s, s.instruction_cache); },
       "fence.i, nothing dirty", "every way of every set of the data cache is looked at, one a cycle; then as a fence; then the instruction cache is empty", "timing.data_cache*, timing.instruction_cache*", Source::reference, "6", "fence_i", "",
       [](PipelineSettings&) {}},
      {"fence_i_dirty_line", [](const PipelineSettings& s) -> std::uint64_t { return 1 + transfer(s, s.data_cache); },
       "each dirty line at a fence.i", "written back: one cycle to begin, one a beat", "timing.data_cache_line, timing.memory_*", Source::reference, "6", "fence_i_dirty_line", "",
       [](PipelineSettings&) {}},
      {"trap", [](const PipelineSettings&) -> std::uint64_t { return 3; },
       "exception", "flagged in the memory stage: everything younger is given up", "", Source::reference, "6", "trap", "",
       [](PipelineSettings&) {}},
      {"trap_return", [](const PipelineSettings&) -> std::uint64_t { return 3; },
       "mret, sret", "as a CSR write", "", Source::reference, "6", "trap_return", "",
       [](PipelineSettings&) {}},
      {"interrupt", [](const PipelineSettings&) -> std::uint64_t { return 4; },
       "interrupt", "the victim's cycle in the memory stage, then as an exception", "", Source::reference, "11", "interrupt", "",
       [](PipelineSettings&) {}},
      {"wfi_pending", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "wfi with something pending", "it does not wait", "", Source::reference, "11", "wfi_pending", "",
       [](PipelineSettings&) {}},
      {"wfi_limit", [](const PipelineSettings& s) -> std::uint64_t { return s.wfi_time_limit; },
       "wfi in U-mode, or with mstatus.TW", "it waits so long for an interrupt, then it is an illegal instruction", "timing.wfi_limit", Source::reference, "11", "wfi_limit", "--set timing.wfi_limit=200",
       [](PipelineSettings& s) { s.wfi_time_limit = 200; }},
      {"straddling_fetch", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "instruction in two lines", "one line a cycle", "timing.instruction_cache*", Source::reference, "5", "straddling_fetch", "",
       [](PipelineSettings&) {}},
      {"fetch_miss", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.instruction_cache); },
       "fetch of a line that is not in the cache", "the first address goes out at once, one beat a cycle, one cycle to write the line", "timing.instruction_cache*, timing.memory_*", Source::reference, "5", "fetch_miss", "",
       [](PipelineSettings&) {}},
      {"small_instruction_line", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.instruction_cache); },
       "the same, lines of 32 bytes", "fewer beats", "timing.instruction_cache_line", Source::ours, "5", "fetch_miss", "--set timing.instruction_cache_line=32",
       [](PipelineSettings& s) { s.instruction_cache.line_bytes = 32; }},
      {"code_working_set", [](const PipelineSettings& s) -> std::uint64_t { return working_set(s, s.instruction_cache); },
       "jumps through 8 lines, 2 KiB apart, again", "4 map to each of two sets, which have room for them", "timing.instruction_cache_ways, timing.instruction_cache_sets", Source::reference, "5", "code_working_set", "",
       [](PipelineSettings&) {}},
      {"code_working_set_2_ways", [](const PipelineSettings& s) -> std::uint64_t { return working_set(s, s.instruction_cache); },
       "the same, 2 ways", "each line has been replaced: 8 misses", "timing.instruction_cache_ways", Source::ours, "5", "code_working_set", "--set timing.instruction_cache_ways=2",
       [](PipelineSettings& s) { s.instruction_cache.ways = 2; }},
      {"code_working_set_32_sets", [](const PipelineSettings& s) -> std::uint64_t { return working_set(s, s.instruction_cache); },
       "the same, 32 sets", "all 8 map to one set: 8 misses", "timing.instruction_cache_sets", Source::ours, "5", "code_working_set", "--set timing.instruction_cache_sets=32",
       [](PipelineSettings& s) { s.instruction_cache.sets = 32; }},
      {"load_hit", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "load that hits", "the cache answers in the cycle in the memory stage", "timing.data_cache*", Source::reference, "8", "load_hit", "",
       [](PipelineSettings&) {}},
      {"amo_hit", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "AMO that hits", "reads and writes in one cycle", "timing.data_cache*", Source::reference, "8", "amo_hit", "",
       [](PipelineSettings&) {}},
      {"failing_sc", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "SC that fails, whose line is not in the cache", "it does not go to memory", "timing.data_cache*", Source::reference, "8", "failing_sc", "",
       [](PipelineSettings&) {}},
      {"data_working_set", [](const PipelineSettings& s) -> std::uint64_t { return working_set(s, s.data_cache); },
       "loads from 8 lines, 2 KiB apart, again", "4 map to each of two sets, which have room for them", "timing.data_cache_ways, timing.data_cache_sets", Source::reference, "8", "data_working_set", "",
       [](PipelineSettings&) {}},
      {"data_working_set_2_ways", [](const PipelineSettings& s) -> std::uint64_t { return working_set(s, s.data_cache); },
       "the same, 2 ways", "each line has been replaced: 8 misses", "timing.data_cache_ways", Source::ours, "8", "data_working_set", "--set timing.data_cache_ways=2",
       [](PipelineSettings& s) { s.data_cache.ways = 2; }},
      {"data_working_set_32_sets", [](const PipelineSettings& s) -> std::uint64_t { return working_set(s, s.data_cache); },
       "the same, 32 sets", "all 8 map to one set: 8 misses", "timing.data_cache_sets", Source::ours, "8", "data_working_set", "--set timing.data_cache_sets=32",
       [](PipelineSettings& s) { s.data_cache.sets = 32; }},
      {"load_miss", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache); },
       "load that misses, nothing to write back", "as a fetch", "timing.data_cache*, timing.memory_*", Source::reference, "8", "load_miss", "",
       [](PipelineSettings&) {}},
      {"store_miss", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache); },
       "store that misses", "the line is fetched first", "timing.data_cache*, timing.memory_*", Source::reference, "8", "store_miss", "",
       [](PipelineSettings&) {}},
      {"load_miss_dirty", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache) + transfer(s, s.data_cache); },
       "load whose line replaces a dirty one", "that is written back first, without a gap", "timing.data_cache*, timing.memory_*", Source::reference, "8", "load_miss_dirty", "",
       [](PipelineSettings&) {}},
      {"store_miss_dirty", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache) + transfer(s, s.data_cache) + 1; },
       "the same of a store", "it asks for the bus a cycle late", "timing.data_cache*, timing.memory_*", Source::reference, "8", "store_miss_dirty", "",
       [](PipelineSettings&) {}},
      {"both_miss", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache) + transfer(s, s.instruction_cache); },
       "load and fetch miss in one cycle", "the data side goes first; the instruction side's address follows in its last beat", "timing.*_cache*, timing.memory_*", Source::reference, "8", "both_miss", "",
       [](PipelineSettings&) {}},
      {"both_miss_dirty", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache) + transfer(s, s.data_cache) + transfer(s, s.instruction_cache); },
       "the same, the load's line replaces a dirty one", "the instruction side waits for both bursts of the data side", "timing.*_cache*, timing.memory_*", Source::reference, "8", "both_miss_dirty", "",
       [](PipelineSettings&) {}},
      {"both_miss_store_dirty", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache) + transfer(s, s.data_cache) + 1 + transfer(s, s.instruction_cache); },
       "the same of a store", "it asks for the bus a cycle late, so the instruction side goes first", "timing.*_cache*, timing.memory_*", Source::reference, "8", "both_miss_store_dirty", "",
       [](PipelineSettings&) {}},
      {"both_miss_slip", [](const PipelineSettings& s) -> std::uint64_t { return 2 * s.data_cache.beats() + 2 + line(s, s.instruction_cache); },
       "load misses, and a cycle later the second half of an instruction in two lines", "the arbiter's count of beats began a cycle late, misses the end of the burst and goes round once", "timing.*_cache*", Source::reference, "8", "both_miss_slip", "",
       [](PipelineSettings&) {}},
      {"both_miss_device", [](const PipelineSettings& s) -> std::uint64_t { return 1 + line(s, s.instruction_cache); },
       "access to a device and fetch that misses in one cycle", "the fetch's address follows a cycle later", "timing.instruction_cache*, timing.memory_*", Source::reference, "8", "both_miss_device", "",
       [](PipelineSettings&) {}},
      {"small_line", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache); },
       "load that misses, lines of 16 bytes", "as above", "timing.data_cache_line", Source::ours, "", "load_miss", "--set timing.data_cache_line=16",
       [](PipelineSettings& s) { s.data_cache.line_bytes = 16; }},
      {"memory_latency", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache); },
       "load that misses, memory takes 20 cycles more", "the bus waits in the first beat's data phase", "timing.memory_latency", Source::ours, "10", "load_miss", "--set timing.memory_latency=20",
       [](PipelineSettings& s) { s.memory_latency = 20; }},
      {"memory_beat", [](const PipelineSettings& s) -> std::uint64_t { return line(s, s.data_cache); },
       "load that misses, each further beat 2 cycles more", "the bus waits in each data phase", "timing.memory_beat", Source::ours, "10", "load_miss", "--set timing.memory_beat=2",
       [](PipelineSettings& s) { s.memory_beat = 2; }},
      {"tightly_coupled_data", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "load without a data cache", "main memory in one cycle", "timing.data_cache", Source::ours, "", "load_miss", "--set timing.data_cache=off",
       [](PipelineSettings& s) { s.data_cache.presence = CachePresence::off; }},
      {"tightly_coupled_instructions", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "fetch without an instruction cache", "the same", "timing.instruction_cache", Source::ours, "", "fetch_miss", "--set timing.instruction_cache=off",
       [](PipelineSettings& s) { s.instruction_cache.presence = CachePresence::off; }},
      {"fence_i_without_caches", [](const PipelineSettings&) -> std::uint64_t { return 3; },
       "fence.i without caches", "as a fence", "timing.*_cache", Source::ours, "", "fence_i", "--set timing.data_cache=off --set timing.instruction_cache=off",
       [](PipelineSettings& s) { s.data_cache.presence = s.instruction_cache.presence = CachePresence::off; }},
      {"misaligned_in_line", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "misaligned load inside a line", "the cache delivers any bytes of a line", "", Source::ours, "", "misaligned_in_line", "",
       [](PipelineSettings&) {}},
      {"misaligned_over_line", [](const PipelineSettings&) -> std::uint64_t { return 1; },
       "misaligned load over a line's end", "two accesses, each of which may miss; without a cache, over a page's end", "timing.data_cache_line", Source::ours, "5", "misaligned_over_line", "",
       [](PipelineSettings&) {}},
      {"device_load", [](const PipelineSettings&) -> std::uint64_t { return 2; },
       "load from a device without wait states (PLIC, UART)", "address phase, data phase, answer", "", Source::reference, "8", "device_load", "",
       [](PipelineSettings&) {}},
      {"device_store", [](const PipelineSettings&) -> std::uint64_t { return 2; },
       "store to it", "the same", "", Source::reference, "8", "device_store", "",
       [](PipelineSettings&) {}},
      {"timer_load", [](const PipelineSettings&) -> std::uint64_t { return 1 + apb_read; },
       "32-bit load from the timer", "address phase on the bus, then the transfer on the APB as the RTL answers (setup, access, a wait state), then the answer", "", Source::ours, "8", "timer_load", "",
       [](PipelineSettings&) {}},
      {"timer_load_64", [](const PipelineSettings&) -> std::uint64_t { return 1 + 2 * apb_read; },
       "64-bit load from the timer", "two transfers on the APB", "", Source::ours, "8", "timer_load_64", "",
       [](PipelineSettings&) {}},
      {"timer_store", [](const PipelineSettings&) -> std::uint64_t { return 1 + apb_write; },
       "32-bit store to the timer", "as a load, but a write on the APB has no wait state", "", Source::ours, "8", "timer_store", "",
       [](PipelineSettings&) {}},
      {"timer_store_64", [](const PipelineSettings&) -> std::uint64_t { return 1 + 2 * apb_write; },
       "64-bit store to the timer", "two transfers on the APB", "", Source::ours, "8", "timer_store_64", "",
       [](PipelineSettings&) {}},
      {"translation_hit", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "load whose translation is in the TLB", "TLB and cache are looked up in one cycle", "timing.data_tlb", Source::reference, "9", "translation_hit", "",
       [](PipelineSettings&) {}},
      {"walk_4k", [](const PipelineSettings&) -> std::uint64_t { return walk_4k(); },
       "walk to a 4 KiB page, all tables in the data cache", "a cycle to start, two for each level, one to write the TLB", "timing.data_tlb", Source::reference, "9", "walk_4k", "",
       [](PipelineSettings&) {}},
      {"walk_2m", [](const PipelineSettings&) -> std::uint64_t { return walk(2); },
       "walk to a 2 MiB page", "a further cycle sees that the entry is a leaf", "timing.data_tlb", Source::reference, "9", "walk_2m", "",
       [](PipelineSettings&) {}},
      {"walk_1g", [](const PipelineSettings&) -> std::uint64_t { return walk(1); },
       "walk to a 1 GiB page", "the same", "timing.data_tlb", Source::reference, "9", "walk_1g", "",
       [](PipelineSettings&) {}},
      {"walk_sets_accessed", [](const PipelineSettings&) -> std::uint64_t { return walk(1) + 2; },
       "the same when the walker sets A or D", "the entry is written and looked at again", "timing.data_tlb, platform.isa (svadu)", Source::reference, "9", "walk_sets_accessed", "--set platform.isa=rv64imac_zicsr_zifencei_zicntr_sstc_h_svadu",
       [](PipelineSettings&) {}},
      {"fetch_walk_4k", [](const PipelineSettings&) -> std::uint64_t { return walk_4k(); },
       "walk for a fetch, to a 4 KiB page", "as for a load", "timing.instruction_tlb", Source::reference, "9", "fetch_walk", "",
       [](PipelineSettings&) {}},
      {"sfence_vma_in_s_mode", [](const PipelineSettings&) -> std::uint64_t { return 3 + walk_4k(); },
       "sfence.vma in S-mode", "nothing hits in the instruction TLB in its cycle, so there is a walk for what is being fetched; then as a fence", "timing.instruction_tlb", Source::reference, "9", "supervisor_sfence_vma", "",
       [](PipelineSettings&) {}},
      {"code_pages", [](const PipelineSettings& s) -> std::uint64_t { return pages_in_turn(s.instruction_tlb_entries); },
       "jumps through 8 pages in turn, each", "all are in the TLB", "timing.instruction_tlb", Source::reference, "9", "code_pages", "",
       [](PipelineSettings&) {}},
      {"code_pages_4_entries", [](const PipelineSettings& s) -> std::uint64_t { return pages_in_turn(s.instruction_tlb_entries); },
       "the same, TLB of 4 entries", "each has been replaced: a walk", "timing.instruction_tlb", Source::ours, "9", "code_pages", "--set timing.instruction_tlb=4",
       [](PipelineSettings& s) { s.instruction_tlb_entries = 4; }},
      {"data_pages", [](const PipelineSettings& s) -> std::uint64_t { return pages_in_turn(s.data_tlb_entries); },
       "loads from 8 pages in turn, each", "all are in the TLB", "timing.data_tlb", Source::reference, "9", "data_pages", "",
       [](PipelineSettings&) {}},
      {"data_pages_4_entries", [](const PipelineSettings& s) -> std::uint64_t { return pages_in_turn(s.data_tlb_entries); },
       "the same, TLB of 4 entries", "each has been replaced: a walk", "timing.data_tlb", Source::ours, "9", "data_pages", "--set timing.data_tlb=4",
       [](PipelineSettings& s) { s.data_tlb_entries = 4; }},
      {"ideal_tlb", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "load whose translation is not in an ideal TLB", "translations take no time", "timing.data_tlb", Source::ours, "", "walk_4k", "--set timing.data_tlb=0",
       [](PipelineSettings& s) { s.data_tlb_entries = 0; }},
      {"ideal_instruction_tlb", [](const PipelineSettings&) -> std::uint64_t { return 0; },
       "fetch whose translation is not in an ideal TLB", "the same", "timing.instruction_tlb", Source::ours, "", "fetch_walk", "--set timing.instruction_tlb=0",
       [](PipelineSettings& s) { s.instruction_tlb_entries = 0; }},
      {"guest_walk_1", [](const PipelineSettings&) -> std::uint64_t { return guest_walk(1); },
       "walk with vsatp Bare, hgatp to a 1 GiB page", "a cycle to start, two for each table entry of either stage, one to write the TLB", "timing.data_tlb", Source::ours, "9", "guest_walk_1", "",
       [](PipelineSettings&) {}},
      {"guest_walk_3", [](const PipelineSettings&) -> std::uint64_t { return guest_walk(3); },
       "walk of both stages to 1 GiB pages", "the table of the first stage is found by the second: three entries", "timing.data_tlb", Source::ours, "9", "guest_walk_3", "",
       [](PipelineSettings&) {}},
  };
  return table;
}
// clang-format on

std::uint64_t expected_cycles(const TimingRow& row) {
  PipelineSettings settings;
  row.apply(settings);
  return row.cycles(settings);
}

}  // namespace cyclevisor
