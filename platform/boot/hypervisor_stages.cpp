#include "platform/boot/hypervisor_stages.hpp"

#include <utility>

#include "platform/coverage/code_map.hpp"

namespace cyclevisor {
namespace {

using Stage = HypervisorStage;

/// The functions whose names begin with `function` in the source files whose paths begin with
/// `file`; an empty one is any.
struct StageRule {
  std::string_view file;
  std::string_view function;
  Stage stage;
};

// The first row that fits decides (docs/hypervisor.md describes the stages).
constexpr StageRule rules[] = {
    {"", "trap_exit", Stage::exit},
    {"", "trap_entry", Stage::entry},
    {"", "handle_trap", Stage::entry},
    {"", "handle_exception", Stage::entry},
    {"", "timer_multiplexer", Stage::multiplex},
    {"", "resume_guest", Stage::multiplex},
    {"", "schedule", Stage::schedule},
    {"", "wait_for_interrupt", Stage::schedule},
    {"", "world_switch", Stage::switching},
    {"", "load_protection", Stage::switching},
    {"", "inject_", Stage::inject},
    {"", "access_device", Stage::device},
    {"", "virtual_timer_", Stage::device},
    {"", "handle_external_interrupt", Stage::device},
    {"", "virtual_csr_", Stage::emulate},
    {"", "virtual_mret", Stage::emulate},
    {"", "decode_", Stage::decode},
    {"", "fetch_guest_instruction", Stage::decode},
    {"hypervisor/core/decode.", "", Stage::decode},
    {"hypervisor/core/guest_memory.", "", Stage::decode},
    {"hypervisor/core/emulate.", "", Stage::emulate},
    {"hypervisor/virtual/csr.", "", Stage::emulate},
    {"hypervisor/virtual/vcpu.", "", Stage::emulate},
    {"hypervisor/virtual/", "", Stage::device},
    {"hypervisor/drivers/", "", Stage::device},
    {"hypervisor/core/external_interrupt.", "", Stage::device},
    {"hypervisor/core/vm.", "", Stage::device},
    {"hypervisor/core/protection.", "", Stage::switching},
    {"hypervisor/core/scheduler.", "", Stage::schedule},
    {"hypervisor/core/timer_multiplexer.", "", Stage::multiplex},
    {"hypervisor/core/handle_trap.", "print_", Stage::other},
    {"hypervisor/core/handle_trap.", "report_end", Stage::other},
    {"hypervisor/core/handle_trap.", "finish", Stage::other},
    {"hypervisor/core/handle_trap.", "hypervisor_fault", Stage::other},
    {"hypervisor/arch/", "", Stage::other},
    {"hypervisor/boot/", "", Stage::other},
};

bool begins_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

/// "Scheduler::pick" of "cyclevisor::hypervisor::Scheduler::pick()", "read" of "unsigned long
/// cyclevisor::hypervisor::(anonymous namespace)::read<&x>(int)".
std::string_view plain_name(std::string_view name) {
  constexpr std::string_view unnamed = "(anonymous namespace)::";
  constexpr std::string_view ours = "cyclevisor::hypervisor::";
  // Template arguments and parameters name things of the same namespaces.
  const std::size_t hidden = name.find(unnamed);
  const std::size_t from = hidden == std::string_view::npos ? 0 : hidden + unnamed.size();
  name = name.substr(0, name.find_first_of("<(", from));
  if (from != 0) return name.substr(from);
  const std::size_t named = name.rfind(ours);
  return named == std::string_view::npos ? name : name.substr(named + ours.size());
}

struct PlacedFunction {
  std::uint64_t address = 0;
  std::string_view name;
  std::optional<Stage> stage;
};

/// The symbols that have code, by address. Without debug information that is all of them.
std::vector<PlacedFunction> placed_functions(const CodeMap& map, const SymbolTable& symbols) {
  std::vector<PlacedFunction> functions;
  for (const SymbolTable::Entry& entry : symbols.entries()) {
    const CodeLine* line = map.line_at(entry.address);
    if (line == nullptr && !map.lines.empty()) continue;
    const std::string_view file =
        line == nullptr ? std::string_view() : std::string_view(map.files[line->file]);
    functions.push_back({entry.address, entry.name, stage_of_function(file, entry.name)});
  }
  return functions;
}

}  // namespace

std::optional<HypervisorStage> stage_of_function(std::string_view file, std::string_view name) {
  const std::string_view plain = plain_name(name);
  for (const StageRule& rule : rules) {
    if (begins_with(file, rule.file) && begins_with(plain, rule.function)) return rule.stage;
  }
  return std::nullopt;
}

std::vector<StageRange> hypervisor_stages(std::string contents, const std::string& where,
                                          const SymbolTable& symbols) {
  const CodeMap map = read_code_map(std::move(contents), where);
  std::vector<StageRange> ranges;
  for (const PlacedFunction& function : placed_functions(map, symbols)) {
    ranges.push_back({function.address, function.stage.value_or(Stage::other)});
  }
  if (!map.lines.empty()) ranges.push_back({map.end(), Stage::other});
  return ranges;
}

std::vector<std::string> functions_without_stage(std::string contents, const std::string& where,
                                                 const SymbolTable& symbols) {
  const CodeMap map = read_code_map(std::move(contents), where);
  std::vector<std::string> names;
  for (const PlacedFunction& function : placed_functions(map, symbols)) {
    if (!function.stage) names.emplace_back(function.name);
  }
  return names;
}

}  // namespace cyclevisor
