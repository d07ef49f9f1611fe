// attach.gdb: what a user gives to GDB to debug one particular run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace cyclevisor::gdb {

/// Connects to `port`, where `programs` programs are inferiors. GDB is told by the server where
/// their symbols are.
std::string attach_script(std::size_t programs, std::uint16_t port);

}  // namespace cyclevisor::gdb
