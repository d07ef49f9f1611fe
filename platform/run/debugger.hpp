// Connects GDB to a run.
#pragma once

#include <memory>
#include <optional>

#include "platform/base/output_folder.hpp"
#include "platform/gdb/server.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// Listens on the port of `request.debugger`; nothing without a debugger. Throws ConfigurationError
/// if the port is not available.
std::optional<gdb::Listener> listen_for_debugger(const RunRequest& request);

/// Serves the client of `listener`, writes attach.gdb to the folder and reports the port on
/// standard error. `watch` must have been attached to `stream`.
std::unique_ptr<gdb::Server> start_debugger(const RunRequest& request, gdb::Listener listener,
                                            const OutputFolder& folder, Cpu& cpu,
                                            const ObservedPlatform& platform, const VmWatch& watch,
                                            EventStream& stream);

}  // namespace cyclevisor
