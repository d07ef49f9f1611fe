#include "platform/run/run_coverage.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"
#include "platform/base/sha256.hpp"
#include "platform/coverage/lcov.hpp"
#include "platform/scenario/scenario_reader.hpp"

namespace cyclevisor {

std::vector<CoveredProgram> covered_programs(const Scenario& scenario) {
  std::vector<CoveredProgram> programs;
  const auto add = [&programs](const std::string& name, const InputFile& file) {
    programs.emplace_back(name, read_code_map(read_file(file.path, file.given), file.given));
  };
  if (scenario.hypervised()) add("hypervisor", scenario.hypervisor_image);
  for (const ScenarioVm& vm : scenario.vms) add(vm.name, vm.image);
  const bool nothing =
      std::all_of(programs.begin(), programs.end(),
                  [](const CoveredProgram& program) { return program.map().lines.empty(); });
  if (nothing) {
    throw ConfigurationError("--coverage",
                             "none of the programs says which source lines it was made from; "
                             "compile them with -g and do not strip them");
  }
  return programs;
}

std::vector<CoveredProgram> covered_programs(const RunDescription& description) {
  const auto& command = description.command;
  const bool bare = command.size() < 2 || command[1] != "run" || description.inputs.empty();
  const std::filesystem::path origin =
      bare ? "exec" : find_scenario(description.inputs.front().path);
  const Scenario scenario = parse_scenario(description.configuration, origin, {});
  const auto check = [&description](const InputFile& file) {
    const std::string now = sha256(read_file(file.path, file.given));
    const auto same = [&](const RunInput& input) {
      return input.path == file.given && input.sha256 == now;
    };
    if (std::none_of(description.inputs.begin(), description.inputs.end(), same)) {
      throw ConfigurationError(file.given, "is not the file that was run: its SHA-256 differs");
    }
  };
  if (scenario.hypervised()) check(scenario.hypervisor_image);
  for (const ScenarioVm& vm : scenario.vms) check(vm.image);
  return covered_programs(scenario);
}

std::string coverage_info(const Coverage& coverage) {
  std::ostringstream out;
  write_lcov(out, coverage.programs());
  return out.str();
}

}  // namespace cyclevisor
