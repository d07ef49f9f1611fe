// The argument of --wave-window: "START:[END]".
#pragma once

#include <string>

#include "platform/observe/waves/wave_window.hpp"

namespace cyclevisor {

/// The window that `text` and `trigger` (irq, trap or vm-switch; empty: none) describe. Throws
/// ConfigurationError.
WaveWindow parse_wave_window(const std::string& text, const std::string& trigger);

}  // namespace cyclevisor
