// The command line of the program.
#pragma once

namespace cyclevisor {

/// Executes the command and returns the exit code. No exception escapes; messages go to standard
/// error.
int command_line(int argc, const char* const* argv);

}  // namespace cyclevisor
