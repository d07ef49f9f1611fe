// "START:[END]", as --wave-window takes it.
#pragma once

#include <string>

#include "platform/observe/waves/wave_window.hpp"

namespace cyclevisor {

/// The window that `text` and `trigger` (irq, trap or vm-switch; empty: none) mean. Throws
/// ConfigurationError.
WaveWindow parse_wave_window(const std::string& text, const std::string& trigger);

}  // namespace cyclevisor
