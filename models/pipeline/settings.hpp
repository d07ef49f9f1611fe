// What the pipeline model is built with. The defaults are the reference core's.
#pragma once

#include <cstdint>

namespace cyclevisor {

/// A set-associative cache. Ways, sets and bytes of a line are powers of two; a line is at least
/// one beat of the 8-byte bus.
struct CacheGeometry {
  unsigned ways = 4;
  unsigned sets = 64;
  unsigned line_bytes = 64;
};

enum class Predictor : std::uint8_t {
  none,    ///< every taken branch and jump redirects from the execute stage
  gshare,  ///< global history, branch target buffer, return stack
};

struct PipelineSettings {
  Predictor predictor = Predictor::none;
  CacheGeometry instruction_cache;
  CacheGeometry data_cache;
  unsigned instruction_tlb_entries = 32;
  unsigned data_tlb_entries = 32;
  /// Cycles that a wfi waits where it may not do so without limit (U-mode, mstatus.TW); then it is
  /// an illegal instruction.
  std::uint64_t wfi_time_limit = 65536;
  /// Quotient bits that the divider finds in a cycle; divides 32.
  unsigned divider_bits = 4;
};

}  // namespace cyclevisor
