#include "platform/run_coverage.hpp"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "platform/configuration_error.hpp"
#include "platform/coverage/lcov.hpp"
#include "platform/scenario_reader.hpp"

namespace cyclevisor {

std::unique_ptr<Coverage> make_coverage(const Scenario& scenario, const ObservedPlatform& platform,
                                        const VmWatch& watch) {
  std::vector<CoveredProgram> programs;
  const auto add = [&programs](const std::string& name, const InputFile& file) {
    programs.emplace_back(name, read_code_map(read_file(file.path, file.given), file.given));
  };
  if (scenario.strategy != Strategy::native) add("hypervisor", scenario.hypervisor_image);
  for (const ScenarioVm& vm : scenario.vms) add(vm.name, vm.image);
  const bool nothing =
      std::all_of(programs.begin(), programs.end(),
                  [](const CoveredProgram& program) { return program.map().lines.empty(); });
  if (nothing) {
    throw ConfigurationError("--coverage",
                             "none of the programs says which source lines it was made from; "
                             "compile them with -g and do not strip them");
  }
  return std::make_unique<Coverage>(platform, watch, std::move(programs));
}

std::string coverage_info(const Coverage& coverage) {
  std::ostringstream out;
  write_lcov(out, coverage.programs());
  return out.str();
}

}  // namespace cyclevisor
