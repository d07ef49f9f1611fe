// The run loop with the costs of simple_timing.hpp: one instruction after the other.
#pragma once

#include <memory>

#include "models/hart/engine.hpp"

namespace cyclevisor {

std::unique_ptr<Engine> make_simple_engine(HartState& state);

}  // namespace cyclevisor
