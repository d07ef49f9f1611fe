// The program's exit codes.
#pragma once

namespace cyclevisor {

enum class ExitCode : int {
  pass = 0,
  guest_failed = 1,
  usage = 2,  ///< usage or configuration error, or a result cannot be written
  cycle_limit = 3,
  fault = 4,           ///< unhandled fault or deadlock
  bound_violated = 5,  ///< a rule of the oracle was broken
  internal_error = 70,  ///< of the simulator, or of a plug-in
  interrupted = 130,    ///< 128 + SIGINT
  terminated = 143,     ///< 128 + SIGTERM
};

}  // namespace cyclevisor
