// The interface to engines for code that builds a hart; engine.hpp is the interface that an engine
// implements.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace cyclevisor {

class Engine;
struct HartState;

/// Makes the engine of a hart; the state outlives it.
using EngineFactory = std::function<std::unique_ptr<Engine>(HartState&)>;

/// Why a hart stopped running.
enum class HartStop : std::uint8_t {
  horizon,    ///< the next cycle is not before the horizon
  waiting,    ///< in WFI with nothing pending: see Hart::idle_until
  requested,  ///< a stop was requested, and the instruction that was at work is complete
};

}  // namespace cyclevisor
