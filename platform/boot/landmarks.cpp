#include "platform/boot/landmarks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "platform/base/configuration_error.hpp"
#include "platform/base/nearest.hpp"
#include "platform/base/read_file.hpp"
#include "platform/coverage/code_map.hpp"

namespace cyclevisor {
namespace {

/// Decimal, or hexadecimal after 0x; nothing if the text is something else.
std::optional<std::uint64_t> number(const std::string& text) {
  const bool hexadecimal = text.rfind("0x", 0) == 0;
  const char* first = text.data() + (hexadecimal ? 2 : 0);
  const char* last = text.data() + text.size();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(first, last, value, hexadecimal ? 16 : 10);
  return error == std::errc() && end == last ? std::optional<std::uint64_t>(value) : std::nullopt;
}

/// "tick(int)" has the name "tick" too.
bool has_name(const std::string& symbol, const std::string& name) {
  if (symbol.compare(0, name.size(), name) != 0) return false;
  return symbol.size() == name.size() || symbol[name.size()] == '(';
}

class Places {
 public:
  Places(const Scenario& scenario, const std::vector<SymbolTable>& symbols,
         const ObservedPlatform& observed)
      : scenario_(scenario), symbols_(symbols), observed_(observed) {}

  Landmark find(const LandmarkSection& section) const {
    Landmark landmark;
    landmark.name = section.name;
    landmark.vm = vm_number(section);
    landmark.at = VirtualAddress(address(section, landmark.vm));
    if (!section.when.empty()) landmark.when = condition(section);
    return landmark;
  }

 private:
  /// The hypervisor's number is 0; a native guest's 1.
  unsigned vm_number(const LandmarkSection& section) const {
    std::vector<std::string> names;
    for (const ObservedVm& vm : observed_.vms) {
      if (vm.name == section.vm) return vm.number;
      names.push_back(vm.name);
    }
    const bool monitored = observed_.arrangement.monitored();
    if (monitored && section.vm == "hypervisor") return 0;
    if (monitored) names.emplace_back("hypervisor");
    throw ConfigurationError(section.vm_where,
                             fmt::format("there is no VM named '{}'{}", section.vm,
                                         did_you_mean(section.vm, names, those_that_are(names))));
  }

  /// Index of a VM's program among the symbols, and its file.
  std::size_t program(unsigned vm) const {
    return observed_.arrangement.monitored() ? vm : 0;
  }
  const InputFile& file(unsigned vm) const {
    if (vm != 0) return scenario_.vms[vm - 1].image;
    return scenario_.hypervised() ? scenario_.hypervisor_image : scenario_.firmware;
  }

  std::uint64_t address(const LandmarkSection& section, unsigned vm) const {
    if (const auto value = number(section.at)) return *value;
    const std::size_t colon = section.at.rfind(':');
    if (colon != std::string::npos && colon != 0 && section.at[colon - 1] != ':') {
      if (const auto line = number(section.at.substr(colon + 1))) {
        return line_address(section, vm, section.at.substr(0, colon), *line);
      }
    }
    const std::size_t plus = section.at.rfind('+');
    if (plus != std::string::npos) {
      if (const auto offset = number(section.at.substr(plus + 1))) {
        return symbol_address(section, vm, section.at.substr(0, plus)) + *offset;
      }
    }
    return symbol_address(section, vm, section.at);
  }

  std::uint64_t symbol_address(const LandmarkSection& section, unsigned vm,
                               const std::string& name) const {
    std::vector<std::string> known;
    std::optional<std::uint64_t> found;
    for (const SymbolTable::Entry& entry : symbols_.at(program(vm)).entries()) {
      known.push_back(entry.name);
      if (!has_name(entry.name, name)) continue;
      if (found && *found != entry.address) {
        throw ConfigurationError(
            section.at_where,
            fmt::format("'{}' is the name of several functions, among them {:#x} and {:#x}: give "
                        "the address",
                        name, *found, entry.address));
      }
      found = entry.address;
    }
    if (found) return *found;
    throw ConfigurationError(
        section.at_where,
        fmt::format("{} has no function '{}'{}", file(vm).given, name,
                    did_you_mean(name, known, ": give a symbol, symbol+offset, an address or "
                                              "FILE:LINE")));
  }

  /// Where the statement at a line begins: the lowest address of its instructions.
  std::uint64_t line_address(const LandmarkSection& section, unsigned vm, const std::string& name,
                             std::uint64_t line) const {
    const InputFile& input = file(vm);
    const CodeMap map = read_code_map(read_file(input.path, input.given), input.given);
    const auto is_file = [&](const std::string& path) {
      return path == name || (path.size() > name.size() &&
                              path.compare(path.size() - name.size() - 1, std::string::npos,
                                           "/" + name) == 0);
    };
    std::optional<std::uint64_t> found;
    for (const CodeLine& code : map.lines) {
      if (code.line != line || !is_file(map.files.at(code.file))) continue;
      found = std::min(found.value_or(code.first), code.first);
    }
    if (found) return *found;
    throw ConfigurationError(section.at_where,
                             fmt::format("{} has no code at {}:{}{}", input.given, name, line,
                                         map.lines.empty() ? ": it has no debug information" : ""));
  }

  static RegisterCondition condition(const LandmarkSection& section) {
    const auto fail = [&section]() -> RegisterCondition {
      throw ConfigurationError(
          section.when_where,
          fmt::format("'{}' is no condition: write a register, one of == != <= >= < >, and a "
                      "number, such as \"a0 == 1\"",
                      section.when));
    };
    std::string text = section.when;
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    for (std::size_t i = 0; i < condition_texts.size(); ++i) {
      const std::size_t at = text.find(condition_texts[i]);
      if (at == std::string::npos) continue;
      const auto reg = register_number(text.substr(0, at));
      const auto value = number(text.substr(at + condition_texts[i].size()));
      if (!reg || !value) return fail();
      return {*reg, static_cast<RegisterCondition::Is>(i), *value};
    }
    return fail();
  }

  static std::optional<unsigned> register_number(const std::string& name) {
    // Unprivileged specification, "RISC-V Assembly Programmer's Handbook".
    static const char* const names[] = {"zero", "ra", "sp", "gp",  "tp",  "t0", "t1", "t2",
                                        "s0",   "s1", "a0", "a1",  "a2",  "a3", "a4", "a5",
                                        "a6",   "a7", "s2", "s3",  "s4",  "s5", "s6", "s7",
                                        "s8",   "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
    for (unsigned i = 0; i < 32; ++i) {
      if (name == names[i] || name == "x" + std::to_string(i)) return i;
    }
    return name == "fp" ? std::optional<unsigned>(8) : std::nullopt;
  }

  const Scenario& scenario_;
  const std::vector<SymbolTable>& symbols_;
  const ObservedPlatform& observed_;
};

std::size_t landmark_index(const std::vector<Landmark>& landmarks, const std::string& name,
                           const std::string& where) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    if (landmarks[i].name == name) return i;
    names.push_back(landmarks[i].name);
  }
  throw ConfigurationError(where, fmt::format("there is no landmark '{}'{}", name,
                                              did_you_mean(name, names, those_that_are(names))));
}

}  // namespace

void place_landmarks(const Scenario& scenario, const std::vector<SymbolTable>& symbols,
                     ObservedPlatform& observed) {
  const Places places(scenario, symbols, observed);
  std::vector<Landmark> landmarks;
  for (const LandmarkSection& section : scenario.landmarks) {
    landmarks.push_back(places.find(section));
  }
  observed.landmarks = std::move(landmarks);
  for (const IntervalSection& section : scenario.intervals) {
    Interval interval;
    interval.name = section.name;
    interval.from = landmark_index(observed.landmarks, section.from, section.from_where);
    interval.to = landmark_index(observed.landmarks, section.to, section.to_where);
    interval.max = section.max;
    observed.intervals.push_back(std::move(interval));
  }
}

}  // namespace cyclevisor
