// Running a timing program on the pipeline, and its golden trace.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/hart/config.hpp"
#include "models/pipeline/settings.hpp"

namespace cyclevisor {

/// One line of a trace without its heading: cycle,pc,insn,priv,event.
using TraceRows = std::vector<std::string>;

/// The reference core's architecture, as far as the hart has it.
HartConfig reference_hart();

/// Runs an ELF file until it has written `tohost`. Throws std::runtime_error when the file cannot
/// be loaded or `max_cycles` have passed.
TraceRows run_program(const std::string& elf, Predictor predictor, std::uint64_t max_cycles);

/// Reads a gzip-compressed trace. Throws std::runtime_error.
TraceRows read_trace(const std::string& path);

}  // namespace cyclevisor
