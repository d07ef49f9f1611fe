// Opens a run to GDB.
#pragma once

#include <memory>
#include <optional>

#include "platform/gdb/server.hpp"
#include "platform/base/output_folder.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// Listens as `request.debugger` says; nothing if no debugger is wanted. ConfigurationError when
/// the port cannot be had.
std::optional<gdb::Listener> listen_for_debugger(const RunRequest& request);

/// Serves who connects to `listener`, leaves attach.gdb in the folder and tells on standard error
/// where the debugger is to connect. `watch` must have been attached to `stream`.
std::unique_ptr<gdb::Server> start_debugger(const RunRequest& request, gdb::Listener listener,
                                            const OutputFolder& folder, Cpu& cpu,
                                            const ObservedPlatform& platform, const VmWatch& watch,
                                            EventStream& stream);

}  // namespace cyclevisor
