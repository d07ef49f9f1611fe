// Opens a run to GDB.
#pragma once

#include <memory>

#include "platform/gdb/server.hpp"
#include "platform/output_folder.hpp"
#include "platform/simulation.hpp"

namespace cyclevisor {

/// Starts listening as `request.debugger` says, leaves attach.gdb in the folder and tells on
/// standard error where the debugger is to connect. `watch` must have been attached to `stream`.
/// Nothing if no debugger is wanted; ConfigurationError when the port cannot be had.
std::unique_ptr<gdb::Server> start_debugger(const RunRequest& request, const OutputFolder& folder,
                                            Cpu& cpu, const ObservedPlatform& platform,
                                            const VmWatch& watch, EventStream& stream);

}  // namespace cyclevisor
