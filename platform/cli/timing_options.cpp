#include "platform/cli/timing_options.hpp"

#include <algorithm>
#include <string_view>

#include "platform/base/configuration_error.hpp"
#include "platform/scenario/setting_value.hpp"

namespace cyclevisor {
namespace {

constexpr std::string_view default_engine = "stepped";

const Setting<Scenario>* find_row(std::string_view key) {
  const auto& table = scenario_settings();
  const auto row = std::find_if(table.begin(), table.end(),
                                [key](const Setting<Scenario>& each) { return each.key == key; });
  return row == table.end() ? nullptr : &*row;
}

const Setting<Scenario>& engine_row() { return *find_row("platform.engine"); }

}  // namespace

PipelineSettings timing_options(const std::vector<std::string>& assignments) {
  Scenario scenario;
  for (const std::string& assignment : assignments) {
    const std::string place = "--set " + assignment;
    const std::size_t equals = assignment.find('=');
    const std::string key = assignment.substr(0, equals);
    const Setting<Scenario>* row = find_row(key);
    if (key.rfind("timing.", 0) != 0 || row == nullptr) {
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

std::vector<std::string> engine_names() {
  std::vector<std::string> names = {std::string(default_engine)};
  for (const std::string_view name : engine_row().choices) {
    if (name != default_engine) names.emplace_back(name);
  }
  return names;
}

EngineChoice engine_option(const std::string& name) {
  Scenario scenario;
  store_setting(engine_row(), scenario, name.empty() ? std::string(default_engine) : name,
                {"--engine " + name, {}});
  return scenario.engine;
}

}  // namespace cyclevisor
