#include "platform/run/log_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "platform/base/configuration_error.hpp"
#include "platform/base/nearest.hpp"

namespace cyclevisor {
namespace {

struct Selected {
  unsigned vm = 0;
  std::string function;
};

/// "tick(int)" has the name "tick" too.
bool has_name(const std::string& symbol, const std::string& name) {
  return symbol.compare(0, name.size(), name) == 0 &&
         (symbol.size() == name.size() || symbol[name.size()] == '(');
}

/// Of the software in M-mode the symbols are the first ones.
const SymbolTable& symbols_of(const RunDescription& run, unsigned vm) {
  return run.symbols.at(run.platform.arrangement.monitored() ? vm : 0);
}

Selected parse(const std::string& only, const RunDescription& run) {
  const auto fail = [&only](const std::string& reason) {
    throw ConfigurationError("--trace-only " + only, reason);
  };
  const std::size_t colon = only.find(':');
  const std::string name = only.substr(0, colon);
  Selected selected;
  if (colon != std::string::npos) selected.function = only.substr(colon + 1);
  std::vector<std::string> names;
  bool found = false;
  for (const ObservedVm& vm : run.platform.vms) {
    names.push_back(vm.name);
    if (vm.name != name) continue;
    selected.vm = vm.number;
    found = true;
  }
  if (run.platform.arrangement.monitored()) {
    names.emplace_back("hypervisor");
    found = found || name == "hypervisor";
  }
  if (!found) {
    fail(fmt::format("there is no VM named '{}'{}", name,
                     did_you_mean(name, names, those_that_are(names))));
  }
  if (colon == std::string::npos) return selected;
  std::vector<std::string> functions;
  for (const SymbolTable::Entry& entry : symbols_of(run, selected.vm).entries()) {
    functions.push_back(entry.name);
    if (has_name(entry.name, selected.function)) return selected;
  }
  fail(fmt::format("'{}' has no function '{}'{}", name, selected.function,
                   did_you_mean(selected.function, functions, "")));
  return selected;
}

}  // namespace

void LogFilter::check(const LogSelection& selection, const RunDescription& run) {
  if (!selection.only.empty()) parse(selection.only, run);
}

LogFilter::LogFilter(const LogSelection& selection, const RunDescription& run, Sink& log)
    : first_(selection.first), last_(selection.last), run_(run), watch_(run.platform), log_(log) {
  if (selection.only.empty()) return;
  const Selected selected = parse(selection.only, run);
  vm_ = selected.vm;
  function_ = selected.function;
}

bool LogFilter::selects(Cycle cycle, PrivilegeMode mode, VirtualAddress pc) {
  if (!selects(cycle)) return false;
  if (!vm_) return true;
  const unsigned vm = run_.platform.arrangement.is_guest(mode) ? watch_.current() : 0;
  if (vm != *vm_) return false;
  if (function_.empty()) return true;
  if (pc.value < within_.first || pc.value > within_.last) {
    within_ = symbols_of(run_, vm).find(pc.value).value_or(
        SymbolTable::Symbol{pc.value, pc.value, ""});
  }
  return has_name(within_.name, function_);
}

void LogFilter::on(const Retire& event) {
  if (selects(event.cycle, event.mode, event.pc)) log_.on(event);
  watch_.on(event);
}

void LogFilter::on(const Trap& event) {
  if (selects(event.cycle, event.from, event.epc)) log_.on(event);
  watch_.on(event);
}

void LogFilter::on(const TrapReturn& event) {
  if (selects(event.cycle, event.from, event.pc)) log_.on(event);
  watch_.on(event);
}

/// The log tells VMs apart by them.
void LogFilter::on(const AddressSpace& event) {
  log_.on(event);
  watch_.on(event);
}

void LogFilter::on(const Idle& event) {
  if (selects(event.cycle) && !vm_) log_.on(event);
}

void LogFilter::on(const InterruptLine& event) {
  if (selects(event.cycle) && !vm_) log_.on(event);
}

}  // namespace cyclevisor
