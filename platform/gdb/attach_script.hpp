// attach.gdb: the script with which GDB attaches to one run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace cyclevisor::gdb {

/// Connects to `port`; each of the `programs` programs is an inferior. The server tells GDB where
/// their symbols are.
std::string attach_script(std::size_t programs, std::uint16_t port);

}  // namespace cyclevisor::gdb
