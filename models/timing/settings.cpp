#include "models/timing/settings.hpp"

#include <initializer_list>

namespace cyclevisor {
namespace {

struct Limits {
  const char* key;
  std::uint64_t value;
  std::uint64_t min;
  std::uint64_t max;
};

bool is_power_of_two(std::uint64_t value) { return value != 0 && (value & (value - 1)) == 0; }

}  // namespace

std::optional<SettingProblem> problem_of(const PipelineSettings& s) {
  const std::initializer_list<Limits> powers_of_two = {
      {"timing.instruction_cache_ways", s.instruction_cache.ways, 1, 16},
      {"timing.instruction_cache_sets", s.instruction_cache.sets, 1, 4096},
      {"timing.instruction_cache_line", s.instruction_cache.line_bytes, 8, 256},
      {"timing.data_cache_ways", s.data_cache.ways, 1, 16},
      {"timing.data_cache_sets", s.data_cache.sets, 1, 4096},
      {"timing.data_cache_line", s.data_cache.line_bytes, 8, 256},
      {"timing.return_stack", s.return_stack_entries, 1, 64},
      {"timing.divider_bits", s.divider_bits, 1, 32},
  };
  for (const Limits& each : powers_of_two) {
    if (is_power_of_two(each.value) && each.value >= each.min && each.value <= each.max) continue;
    return SettingProblem{each.key, std::string(each.key) + " = " + std::to_string(each.value) +
                                        " is not a power of two from " + std::to_string(each.min) +
                                        " to " + std::to_string(each.max)};
  }
  return std::nullopt;
}

std::uint64_t longest_memory_wait(const PipelineSettings& settings) {
  const auto line = [&](const CacheGeometry& cache) {
    if (cache.presence == CachePresence::off) return std::uint64_t{0};
    return settings.memory_latency + settings.memory_beat * (cache.beats() - 1);
  };
  // An instruction may be on two pages, and so may its operand. Each page may need a walk of two
  // stages of Sv48, in which each of the four tables' addresses and the result are translated by
  // four more; each read may evict a dirty line.
  constexpr std::uint64_t pieces = 2, walk = 24, transfers = 2;
  const std::uint64_t data_lines = transfers * (pieces + 2 * pieces * walk);
  // fence.i writes back the whole data cache.
  const std::uint64_t all_lines = settings.data_cache.ways * settings.data_cache.sets;
  return pieces * line(settings.instruction_cache) +
         (data_lines + all_lines) * line(settings.data_cache);
}

}  // namespace cyclevisor
