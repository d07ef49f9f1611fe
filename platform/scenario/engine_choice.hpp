#pragma once

#include <cstdint>

namespace cyclevisor {

/// What runs the hart. The order is that of the names in the settings table.
enum class EngineChoice : std::uint8_t {
  fast,
  stepped,  ///< every cycle of the pipeline is worked out: the referee
};

}  // namespace cyclevisor
