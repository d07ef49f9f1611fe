// The memory access that an instruction is about to make.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "models/probe/events.hpp"

namespace cyclevisor::gdb {

/// `bits` are those at pc; `x` reads a register. Nothing if the instruction does not access memory.
/// Of the result only `kind`, `bytes` and `address` (virtual) are set. An SC counts as a store,
/// whether it will succeed or not.
std::optional<MemoryAccess> next_access(std::uint32_t bits,
                                        const std::function<std::uint64_t(unsigned)>& x);

}  // namespace cyclevisor::gdb
