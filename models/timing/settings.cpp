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

}  // namespace cyclevisor
