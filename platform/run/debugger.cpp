#include "platform/run/debugger.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "platform/gdb/attach_script.hpp"
#include "platform/report/html/text.hpp"

namespace cyclevisor {
namespace {

/// The files that GDB loads symbols from, in the order of gdb::Contexts.
std::vector<std::string> executables(const Scenario& scenario) {
  std::vector<std::string> paths;
  const auto add = [&paths](const InputFile& image) {
    const bool raw = image.path.extension() == ".bin";
    paths.push_back(raw ? "" : std::filesystem::absolute(image.path).lexically_normal().string());
  };
  if (scenario.hypervised()) add(scenario.hypervisor_image);
  for (const ScenarioVm& vm : scenario.vms) add(vm.image);
  return paths;
}

}  // namespace

std::optional<gdb::Listener> listen_for_debugger(const RunRequest& request) {
  if (!request.debugger) return std::nullopt;
  return gdb::Listener(request.debugger->port);
}

std::unique_ptr<gdb::Server> start_debugger(const RunRequest& request, gdb::Listener listener,
                                            const OutputFolder& folder, Cpu& cpu,
                                            const ObservedPlatform& platform, const VmWatch& watch,
                                            EventStream& stream) {
  const gdb::Wait start = request.debugger->start == DebuggerRequest::Start::when_connected
                              ? gdb::Wait::yes
                              : gdb::Wait::no;
  const std::vector<std::string> programs = executables(request.scenario);
  auto server = std::make_unique<gdb::Server>(std::move(listener), start, cpu, platform, programs,
                                              watch, stream);
  folder.write("attach.gdb", gdb::attach_script(programs.size(), server->port()));
  std::cerr << fmt::format("gdb: listening on 127.0.0.1:{}; gdb-multiarch -x {}\n", server->port(),
                           html::shell_quote((folder.path() / "attach.gdb").string()));
  return server;
}

}  // namespace cyclevisor
