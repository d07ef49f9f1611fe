#include "platform/cli/wave_window_option.hpp"

#include <charconv>
#include <cstdint>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw ConfigurationError("--wave-window " + text,
                           "a window is written START:END, two cycles, or START:");
}

WaveTrigger parse_trigger(const std::string& text) {
  if (text.empty()) return WaveTrigger::none;
  if (text == "irq") return WaveTrigger::irq;
  if (text == "trap") return WaveTrigger::trap;
  if (text == "vm-switch") return WaveTrigger::vm_switch;
  throw ConfigurationError("--wave-trigger " + text, "is none of irq, trap, vm-switch");
}

}  // namespace

WaveWindow parse_wave_window(const std::string& text, const std::string& trigger) {
  WaveWindow window;
  window.trigger = parse_trigger(trigger);
  if (text.empty()) return window;
  const char* end = text.data() + text.size();
  const auto [colon, error] = std::from_chars(text.data(), end, window.first.value);
  if (error != std::errc() || colon == end || *colon != ':') refuse(text);
  if (colon + 1 == end) return window;
  const auto [rest, error_after] = std::from_chars(colon + 1, end, window.last.value);
  if (error_after != std::errc() || rest != end || window.last < window.first) refuse(text);
  return window;
}

}  // namespace cyclevisor
