#include "platform/cli/timing_options.hpp"

#include <algorithm>

#include "platform/base/configuration_error.hpp"
#include "platform/scenario/settings.hpp"

namespace cyclevisor {

PipelineSettings timing_options(const std::vector<std::string>& assignments) {
  Scenario scenario;
  for (const std::string& assignment : assignments) {
    const std::string place = "--set " + assignment;
    const std::size_t equals = assignment.find('=');
    const std::string key = assignment.substr(0, equals);
    const auto& table = scenario_settings();
    const auto row = std::find_if(table.begin(), table.end(),
                                  [&](const Setting<Scenario>& each) { return each.key == key; });
    if (key.rfind("timing.", 0) != 0 || row == table.end()) {
      throw ConfigurationError(place,
                               "has no meaning on --platform reference, which takes the timing "
                               "settings of docs/scenarios.md only");
    }
    if (equals == std::string::npos) {
      throw ConfigurationError(place, "a setting is written KEY=VALUE");
    }
    store_setting(*row, scenario, assignment.substr(equals + 1), {place, {}});
    if (const auto problem = problem_of(scenario.timing)) {
      throw ConfigurationError(place, problem->reason);
    }
  }
  return scenario.timing;
}

}  // namespace cyclevisor
