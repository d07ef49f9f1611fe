// Settings of the pipeline model. The defaults are those of the reference core.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace cyclevisor {

/// The order is that of the names in the settings table.
enum class CachePresence : std::uint8_t {
  on,
  off,  ///< main memory is tightly coupled: every access takes one cycle
};

/// A set-associative cache. Ways, sets and line size are powers of two; a line has 8 bytes (a beat
/// of the bus) or more.
struct CacheGeometry {
  CachePresence presence = CachePresence::on;
  std::uint64_t ways = 4;
  std::uint64_t sets = 64;
  std::uint64_t line_bytes = 64;

  std::uint64_t beats() const { return line_bytes / 8; }
  /// An access that crosses a multiple of this is made in two parts. Without a cache it is the page
  /// size, because translations end there.
  std::uint64_t undivided_bytes() const {
    return presence == CachePresence::on ? line_bytes : 4096;
  }
};

/// The order is that of the names in the settings table.
enum class Predictor : std::uint8_t {
  none,    ///< every taken branch and jump redirects from the execute stage
  gshare,  ///< global history, branch target buffer, return stack
};

/// What a TLB does with entries whose pages overlap: after a change of a page table without a
/// fence, with global pages, or with pages of several sizes.
enum class TlbOverlap : std::uint8_t {
  /// Matching entries are ORed, as in the reference core: the result may be a translation that no
  /// page table ever contained.
  merge,
  /// A new entry replaces all entries that it overlaps, so at most one matches. Software sees the
  /// old
  /// or the new translation and no other (privileged specification, "Supervisor Memory-Management
  /// Fence Instruction").
  replace,
};

struct PipelineSettings {
  CacheGeometry instruction_cache;
  CacheGeometry data_cache;
  /// Entries, up to 64; 0 is an ideal TLB: translations take no time.
  std::uint64_t instruction_tlb_entries = 32;
  std::uint64_t data_tlb_entries = 32;
  TlbOverlap tlb_overlap = TlbOverlap::merge;
  Predictor predictor = Predictor::none;
  /// Bits of the history and of the index into the counters and the branch target buffer: 4 to 20.
  std::uint64_t predictor_index_bits = 10;
  /// Entries of the return stack, a power of two.
  std::uint64_t return_stack_entries = 16;
  /// Wait states that memory adds to the first beat of a line, and to each other beat.
  std::uint64_t memory_latency = 0;
  std::uint64_t memory_beat = 0;
  /// Quotient bits per cycle of the divider: 1, 2, 4, 8, 16 or 32.
  std::uint64_t divider_bits = 4;
  /// Cycles that a wfi waits where it may not wait without limit (U-mode, mstatus.TW); then it is
  /// an illegal instruction.
  std::uint64_t wfi_time_limit = 65536;
};

/// A setting that is out of range, or not a power of two where it has to be one.
struct SettingProblem {
  std::string key;  ///< as in the settings table: "timing.data_cache_ways"
  std::string reason;
};
std::optional<SettingProblem> problem_of(const PipelineSettings& settings);

/// At most so many cycles are added to one instruction by the wait states of main memory
/// (memory_latency, memory_beat); 0 without wait states.
std::uint64_t longest_memory_wait(const PipelineSettings& settings);

}  // namespace cyclevisor
