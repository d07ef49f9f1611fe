#include "platform/run/run_description.hpp"

#include "platform/base/read_file.hpp"
#include "platform/base/sha256.hpp"
#include "platform/base/version.hpp"
#include "platform/boot/hypervisor_stages.hpp"
#include "platform/scenario/settings_text.hpp"

namespace cyclevisor {
namespace {

RunInput run_input(const InputFile& file) {
  return {file.given, sha256(read_file(file.path, file.given))};
}

}  // namespace

RunDescription describe_run(const RunRequest& request, const BootPlan& plan) {
  const Scenario& scenario = request.scenario;
  RunDescription description;
  description.scenario = scenario.name;
  description.command = request.command;
  description.version = version_text;
  description.configuration = resolved_toml(scenario);
  if (!request.scenario_file.empty()) {
    description.inputs.push_back(run_input(request.scenario_file));
  }
  if (scenario.hypervised()) {
    description.inputs.push_back(run_input(scenario.hypervisor_image));
  }
  if (!scenario.firmware.empty()) description.inputs.push_back(run_input(scenario.firmware));
  for (const ScenarioVm& vm : scenario.vms) {
    description.inputs.push_back(run_input(vm.image));
    if (!vm.device_tree.empty()) description.inputs.push_back(run_input(vm.device_tree));
    if (!vm.uart_script.empty()) description.inputs.push_back(run_input(vm.uart_script));
    if (!vm.disk.empty()) description.inputs.push_back(run_input(vm.disk));
  }
  const auto add_library = [&](const PluginSection& section) {
    description.inputs.push_back(run_input({section.given, section.path}));
  };
  for (const DeviceSection& device : scenario.devices) add_library(device);
  for (const SinkSection& sink : scenario.sinks) add_library(sink);
  description.platform = plan.observed;
  description.symbols = plan.symbols;
  request.presentation.apply_to(description.presentation);
  if (scenario.hypervised()) {
    description.platform.stages =
        hypervisor_stages(scenario.hypervisor_image, plan.symbols.front());
  }
  return description;
}

}  // namespace cyclevisor
