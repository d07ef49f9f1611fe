#include "platform/scenario/scenario_reader.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "models/base/virt_map.hpp"
#include "models/hart/isa/extensions.hpp"
#include "platform/base/configuration_error.hpp"
#include "platform/base/input_folders.hpp"
#include "platform/base/nearest.hpp"
#include "platform/base/read_file.hpp"
#include "platform/plugin/section_reader.hpp"
#include "platform/scenario/setting_value.hpp"
#include "platform/scenario/toml_file.hpp"
#include "platform/scenario/uart_script.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t partition_alignment = 2 * 1024 * 1024;
constexpr std::uint64_t picoseconds_a_second = 1'000'000'000'000;
/// Several times what the hypervisor takes to enter a guest and to leave it.
constexpr std::uint64_t shortest_slice_cycles = 2000;
constexpr std::uint64_t max_prescale = 65535;  // width of the timer's prescale input

/// Builds a scenario and records where each setting was given.
class ScenarioReader {
 public:
  explicit ScenarioReader(std::filesystem::path file) : file_(std::move(file)) {
    apply_defaults(scenario_);
  }

  void read(const std::string& text);
  void add_vm(const std::string& name, const std::string& image);
  void override_setting(const Override& override);
  Scenario finish();

 private:
  std::string where(const toml::node& node) const;
  std::string text_of(const toml::node& node, std::string_view key, SettingKind kind,
                      const std::string& expected) const;
  template <class Owner>
  void read_value(const std::vector<Setting<Owner>>& table, Owner& owner, const std::string& key,
                  const toml::node& node, const std::string& origin_prefix);
  void read_vms(const toml::node& node);
  template <class Owner>
  const Setting<Owner>& find(const std::vector<Setting<Owner>>& table, const std::string& key,
                             const std::string& place, const std::string& prefix) const;
  std::string origin(const std::string& key) const;
  [[noreturn]] void fail(const std::string& key, const std::string& reason) const;
  void check_platform() const;
  void check_vms() const;
  void apply_bounds();
  void check_uart_input(const ScenarioVm& vm) const;

  std::filesystem::path file_;
  Scenario scenario_;
  std::vector<BoundsSection> bounds_;           ///< of VMs that may come later in the file
  std::map<std::string, std::string> origins_;  ///< dotted key -> where it was given
};

std::string ScenarioReader::where(const toml::node& node) const {
  const toml::source_position position = node.source().begin;
  return fmt::format("{}:{}:{}", file_.string(), position.line, position.column);
}

std::string ScenarioReader::text_of(const toml::node& node, std::string_view key, SettingKind kind,
                                    const std::string& expected) const {
  const bool numeric = kind == SettingKind::integer || kind == SettingKind::bytes;
  if (const auto* integer = node.as_integer(); integer != nullptr && numeric) {
    return std::to_string(integer->get());
  }
  if (const auto* truth = node.as_boolean(); truth != nullptr && kind == SettingKind::truth) {
    return truth->get() ? "true" : "false";
  }
  if (const auto* string = node.as_string(); string != nullptr && kind != SettingKind::integer) {
    return string->get();
  }
  std::ostringstream type;
  type << node.type();
  throw ConfigurationError(where(node),
                           fmt::format("{} is of type {}: it takes {}", key, type.str(), expected));
}

template <class Owner>
const Setting<Owner>& ScenarioReader::find(const std::vector<Setting<Owner>>& table,
                                           const std::string& key, const std::string& place,
                                           const std::string& prefix) const {
  std::vector<std::string> known;
  for (const Setting<Owner>& setting : table) {
    if (setting.key == key) return setting;
    known.emplace_back(setting.key);
  }
  const std::string all = "; `cyclevisor settings` lists them all (docs/scenarios.md)";
  throw ConfigurationError(place, fmt::format("unknown setting '{}{}'{}", prefix, key,
                                              did_you_mean(key, known, all, prefix)));
}

template <class Owner>
void ScenarioReader::read_value(const std::vector<Setting<Owner>>& table, Owner& owner,
                                const std::string& key, const toml::node& node,
                                const std::string& origin_prefix) {
  const std::string place = where(node);
  const Setting<Owner>& setting = find(table, key, place, origin_prefix);
  const std::string text = text_of(node, key, setting.kind, expectation(setting));
  store_setting(setting, owner, text, {place, file_.parent_path()});
  origins_[origin_prefix + key] = place;
}

void ScenarioReader::read(const std::string& text) {
  for (const auto& [key, node] : parse_toml(text, file_)) {
    const std::string name(key.str());
    if (name == "vm") {
      read_vms(node);
    } else if (name == "device") {
      scenario_.devices = read_device_sections(node, file_);
    } else if (name == "sink") {
      scenario_.sinks = read_sink_sections(node, file_);
    } else if (name == "bounds") {
      bounds_ = read_bounds_sections(node, file_);
    } else if (name == "landmark") {
      scenario_.landmarks = read_landmark_sections(node, file_);
    } else if (name == "interval") {
      scenario_.intervals = read_interval_sections(node, file_);
    } else if (const toml::table* section = node.as_table()) {
      bool known = false;
      for (const auto& setting : scenario_settings()) {
        known = known || setting.key.rfind(name + ".", 0) == 0;
      }
      if (!known) {
        throw ConfigurationError(where(node), fmt::format("unknown section '[{}]'; there are "
                                                          "[platform], [hypervisor], [run], "
                                                          "[[vm]], [[device]], [[sink]], [[landmark]], "
                                                          "[[interval]] and [bounds]",
                                                          name));
      }
      for (const auto& [inner, value] : *section) {
        read_value(scenario_settings(), scenario_, name + "." + std::string(inner.str()), value,
                   "");
      }
    } else {
      read_value(scenario_settings(), scenario_, name, node, "");
    }
  }
}

void ScenarioReader::read_vms(const toml::node& node) {
  const toml::array* tables = node.as_array();
  if (tables == nullptr || !tables->is_homogeneous<toml::table>()) {
    throw ConfigurationError(where(node), "vm is an array of tables: write [[vm]]");
  }
  for (const toml::node& element : *tables) {
    ScenarioVm vm;
    apply_defaults(vm);
    const toml::table& table = *element.as_table();
    for (const Setting<ScenarioVm>& setting : vm_settings()) {
      if (setting.presence == Setting<ScenarioVm>::Presence::required &&
          !table.contains(setting.key)) {
        throw ConfigurationError(where(element), fmt::format("this [[vm]] has no '{}': it takes {}",
                                                             setting.key, expectation(setting)));
      }
    }
    const auto named = table["name"].value<std::string>();
    const std::string prefix = fmt::format("vm.{}.", named.value_or("?"));
    for (const auto& [key, value] : table) {
      read_value(vm_settings(), vm, std::string(key.str()), value, prefix);
    }
    scenario_.vms.push_back(std::move(vm));
  }
}

void ScenarioReader::add_vm(const std::string& name, const std::string& image) {
  ScenarioVm vm;
  apply_defaults(vm);
  vm.name = name;
  vm.image = {image, image};
  scenario_.vms.push_back(std::move(vm));
}

void ScenarioReader::override_setting(const Override& override) {
  const std::string& assignment = override.assignment;
  const std::string& place = override.where;
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    throw ConfigurationError(place, "a setting is written KEY=VALUE");
  }
  const std::string key = assignment.substr(0, equals);
  const std::string value = assignment.substr(equals + 1);
  const SettingSource source{place, {}};
  origins_[key] = place;
  if (key.rfind("vm.", 0) != 0) {
    store_setting(find(scenario_settings(), key, place, ""), scenario_, value, source);
    return;
  }
  const std::size_t dot = key.find('.', 3);
  const std::string name = key.substr(3, dot == std::string::npos ? dot : dot - 3);
  if (dot == std::string::npos) {
    throw ConfigurationError(place, "a setting of a VM is written vm.NAME.KEY=VALUE");
  }
  for (ScenarioVm& vm : scenario_.vms) {
    if (vm.name != name) continue;
    store_setting(find(vm_settings(), key.substr(dot + 1), place, "vm." + name + "."), vm, value,
                  source);
    return;
  }
  std::vector<std::string> names;
  for (const ScenarioVm& vm : scenario_.vms) names.push_back(vm.name);
  throw ConfigurationError(place, fmt::format("there is no VM named '{}'{}", name,
                                              did_you_mean(name, names, those_that_are(names))));
}

/// Where the setting was given; the file's name if it was not given.
std::string ScenarioReader::origin(const std::string& key) const {
  const auto found = origins_.find(key);
  return found == origins_.end() ? file_.string() : found->second;
}

void ScenarioReader::fail(const std::string& key, const std::string& reason) const {
  throw ConfigurationError(origin(key), reason);
}

void ScenarioReader::check_platform() const {
  const Scenario& s = scenario_;
  if (picoseconds_a_second % s.clock_hz != 0) {
    fail("platform.clock_hz",
         fmt::format("platform.clock_hz = {} does not divide 10^12: a period must be a whole "
                     "number of picoseconds",
                     s.clock_hz));
  }
  if (s.clock_hz % s.timebase_hz != 0 || s.clock_hz / s.timebase_hz > max_prescale) {
    const bool given = origins_.count("platform.timebase_hz") != 0;
    fail(given ? "platform.timebase_hz" : "platform.clock_hz",
         fmt::format("platform.clock_hz = {} must be 1 to {} times platform.timebase_hz = {}",
                     s.clock_hz, max_prescale, s.timebase_hz));
  }
  const std::uint64_t cycles_per_tick = s.clock_hz / s.timebase_hz;
  if (s.slice < shortest_slice_cycles / cycles_per_tick) {
    const bool given = origins_.count("hypervisor.slice") != 0;
    fail(given ? "hypervisor.slice" : "platform.timebase_hz",
         fmt::format(
             "hypervisor.slice = {} counts of mtime are {} cycles, in which a guest may make no "
             "progress: give at least {} ({} cycles)",
             s.slice, s.slice * cycles_per_tick, shortest_slice_cycles / cycles_per_tick,
             shortest_slice_cycles));
  }
  if (s.dram_bytes % partition_alignment != 0) {
    fail("platform.dram_bytes",
         fmt::format("platform.dram_bytes = {} is not a multiple of 2 MiB", s.dram_bytes));
  }
  if (const auto problem = problem_of(s.timing)) fail(problem->key, problem->reason);
  if (s.wave_last != 0 && s.wave_last < s.wave_first) {
    fail("run.wave_last", fmt::format("run.wave_last = {} lies before run.wave_first = {}",
                                      s.wave_last, s.wave_first));
  }
  const bool window = s.wave_first != 0 || s.wave_last != 0 || s.wave_trigger != WaveTrigger::none;
  if (window && s.wave == WaveChoice::none) {
    fail("run.wave", "there is a window for the waves, but run.wave = none: use --wave fst or vcd");
  }
  try {
    parse_isa_string(s.isa);
  } catch (const IsaStringError& error) {
    fail("platform.isa", fmt::format("platform.isa = '{}', at character {}: {}", s.isa,
                                     error.position() + 1, error.what()));
  }
}

void ScenarioReader::check_vms() const {
  const Scenario& s = scenario_;
  if (s.hypervised() && !s.firmware.empty()) {
    fail("platform.firmware",
         "platform.firmware goes with strategy 'native' only: under the "
         "hypervisor there is no S-mode for it to start a guest in");
  }
  if (!s.hypervised() && s.vms.size() != 1) {
    fail("strategy",
         fmt::format("strategy 'native' runs exactly one [[vm]], here are {}", s.vms.size()));
  }
  if (s.vms.empty() || s.vms.size() > max_vms) {
    fail("strategy",
         fmt::format("a scenario has 1 to {} [[vm]], here are {}", max_vms, s.vms.size()));
  }
  std::set<std::string> names{"hypervisor"};
  std::uint64_t needed = hypervisor_bytes;
  unsigned disks = 0;
  for (const ScenarioVm& vm : s.vms) {
    const std::string prefix = "vm." + vm.name + ".";
    if (!names.insert(vm.name).second) {
      fail(prefix + "name", fmt::format("the name '{}' is already taken", vm.name));
    }
    if (vm.memory_bytes % partition_alignment != 0) {
      fail(prefix + "memory",
           fmt::format("{}memory = {} is not a multiple of 2 MiB", prefix, vm.memory_bytes));
    }
    check_uart_input(vm);
    if (!vm.disk.empty() && ++disks > virt::virtio_slots) {
      fail(prefix + "disk", fmt::format("the platform has {} slots for disks", virt::virtio_slots));
    }
    if (!vm.bootargs.empty() && !vm.device_tree.empty()) {
      fail(prefix + "bootargs",
           fmt::format("{0}bootargs goes into the generated device tree, but {0}dtb is given",
                       prefix));
    }
    needed += vm.memory_bytes;
    if (s.hypervised() && needed > s.dram_bytes) {
      fail(prefix + "memory",
           fmt::format("the hypervisor and the VMs up to '{}' need {} bytes of DRAM, "
                       "platform.dram_bytes is {}",
                       vm.name, needed, s.dram_bytes));
    }
  }
}

void ScenarioReader::check_uart_input(const ScenarioVm& vm) const {
  const std::string prefix = "vm." + vm.name + ".";
  if (!vm.uart_input.empty() && !vm.uart_script.empty()) {
    fail(prefix + "uart_script",
         fmt::format("'{}' has both uart_input and uart_script: it takes one of them", vm.name));
  }
  uart_steps(vm, origin(prefix + "uart_input"));
}

void ScenarioReader::apply_bounds() {
  for (const BoundsSection& section : bounds_) {
    std::vector<std::string> names;
    ScenarioVm* owner = nullptr;
    for (ScenarioVm& vm : scenario_.vms) {
      names.push_back(vm.name);
      if (vm.name == section.vm) owner = &vm;
    }
    if (owner == nullptr) {
      throw ConfigurationError(section.where, fmt::format("there is no VM named '{}'{}", section.vm,
                                                          did_you_mean(section.vm, names,
                                                                       those_that_are(names))));
    }
    owner->bounds = section.bounds;
  }
}

Scenario ScenarioReader::finish() {
  if (scenario_.name.empty()) scenario_.name = file_.stem().string();
  check_platform();
  check_vms();
  apply_bounds();
  if (scenario_.hypervised() &&
      !std::filesystem::is_regular_file(scenario_.hypervisor_image.path)) {
    fail("hypervisor.image",
         fmt::format("there is no hypervisor.image '{}' (looked for {})",
                     scenario_.hypervisor_image.given, scenario_.hypervisor_image.path.string()));
  }
  return scenario_;
}

}  // namespace

std::filesystem::path find_scenario(const std::string& argument) {
  std::error_code error;
  if (std::filesystem::is_regular_file(argument, error)) return argument;
  const bool plain = argument.find('/') == std::string::npos &&
                     argument.find('.') == std::string::npos && !argument.empty();
  const std::filesystem::path shipped = scenario_folder() / (argument + ".toml");
  if (plain && std::filesystem::is_regular_file(shipped, error)) return shipped;
  if (!plain) throw ConfigurationError(argument, "there is no such scenario file");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(scenario_folder(), error)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  const std::string all = "; those that come with the program: " + joined(names);
  throw ConfigurationError(argument,
                           "there is no such scenario" + did_you_mean(argument, names, all));
}

Scenario parse_scenario(const std::string& text, const std::filesystem::path& file,
                        const std::vector<Override>& overrides) {
  ScenarioReader reader(file);
  reader.read(text);
  for (const Override& override : overrides) reader.override_setting(override);
  return reader.finish();
}

Scenario read_scenario(const std::string& argument, const std::vector<Override>& overrides) {
  const std::filesystem::path file = find_scenario(argument);
  return parse_scenario(read_file(file, file.string()), file, overrides);
}

std::vector<SinkSection> read_scenario_sinks(const std::string& argument) {
  const std::filesystem::path file = find_scenario(argument);
  const toml::table root = parse_toml(read_file(file, file.string()), file);
  const toml::node* sinks = root.get("sink");
  if (sinks == nullptr) throw ConfigurationError(file.string(), "has no [[sink]]");
  return read_sink_sections(*sinks, file);
}

Scenario bare_scenario(const std::string& program, const std::vector<Override>& overrides) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(program, error)) {
    throw ConfigurationError(program, "there is no such file");
  }
  ScenarioReader reader("exec");
  reader.add_vm("program", program);
  reader.override_setting("strategy=native");
  for (const Override& override : overrides) reader.override_setting(override);
  return reader.finish();
}

}  // namespace cyclevisor
