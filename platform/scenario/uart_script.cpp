#include "platform/scenario/uart_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"

namespace cyclevisor {
namespace {

/// Twenty-seven hours at 10 MHz: longer than any run, and far from the end of SystemC's time.
constexpr std::uint64_t longest_wait = 1'000'000'000'000;

constexpr const char* escapes = "\\n \\r \\t \\\\ \\\" and \\xHH";

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string strip(const std::string& text) {
  std::size_t first = 0;
  std::size_t end = text.size();
  while (first < end && is_space(text[first])) ++first;
  while (end > first && (is_space(text[end - 1]) || text[end - 1] == '\r')) --end;
  return text.substr(first, end - first);
}

/// Whether the quotation mark at `at` is not escaped: an even number of backslashes precedes it.
bool closes(const std::string& text, std::size_t at) {
  std::size_t backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 0;
}

/// The TEXT of a line: as written, or between quotation marks, which keep blanks at its ends.
std::string text_of(const std::string& argument, const std::string& where) {
  if (argument.empty()) throw ConfigurationError(where, "a text is missing");
  if (argument.front() != '"') return unescape(argument, where);
  const std::size_t last = argument.find_last_of('"');
  if (last == 0 || last != argument.size() - 1 || !closes(argument, last)) {
    throw ConfigurationError(where, "the text begins with a '\"' and does not end with one");
  }
  const std::string text = unescape(argument.substr(1, last - 1), where);
  if (text.empty()) throw ConfigurationError(where, "the text is empty");
  return text;
}

TerminalStep step_of(const std::string& line, const std::string& where) {
  std::size_t end = 0;
  while (end < line.size() && !is_space(line[end])) ++end;
  const std::string word = line.substr(0, end);
  const std::string argument = strip(line.substr(end));
  TerminalStep step;
  if (word == "expect" || word == "send") {
    step.kind = word == "send" ? TerminalStep::Kind::send : TerminalStep::Kind::expect;
    step.text = text_of(argument, where);
    return step;
  }
  if (word != "wait") {
    throw ConfigurationError(
        where, fmt::format("'{}' is none of 'expect TEXT', 'send TEXT', 'wait CYCLES'", word));
  }
  step.kind = TerminalStep::Kind::wait;
  const char* last = argument.data() + argument.size();
  const auto [stop, error] = std::from_chars(argument.data(), last, step.cycles);
  if (error != std::errc{} || stop != last || step.cycles == 0 || step.cycles > longest_wait) {
    throw ConfigurationError(
        where, fmt::format("'{}' is no number of cycles from 1 to {}", argument, longest_wait));
  }
  return step;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '"' || c == '\\') {
      result += fmt::format("\\{}", c);
    } else if (code < 0x20 || code >= 0x7f) {
      result += fmt::format("\\x{:02x}", code);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string unescape(const std::string& text, const std::string& where) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    const char kind = i + 1 < text.size() ? text[i + 1] : '\0';
    const std::size_t begin = i++;
    switch (kind) {
      case 'n':
        result += '\n';
        break;
      case 'r':
        result += '\r';
        break;
      case 't':
        result += '\t';
        break;
      case '\\':
      case '"':
        result += kind;
        break;
      case 'x': {
        unsigned value = 0;
        const char* digits = text.data() + i + 1;
        const char* end = text.size() - (i + 1) < 2 ? digits : digits + 2;
        const auto [stop, error] = std::from_chars(digits, end, value, 16);
        if (error == std::errc{} && stop == digits + 2) {
          result += static_cast<char>(value);
          i += 2;
          break;
        }
        [[fallthrough]];
      }
      default:
        throw ConfigurationError(where, fmt::format("'{}': at character {} is none of the escapes "
                                                    "{}",
                                                    text, begin + 1, escapes));
    }
  }
  return result;
}

std::vector<TerminalStep> parse_uart_script(const std::string& script, const std::string& where) {
  std::vector<TerminalStep> steps;
  std::size_t begin = 0;
  for (unsigned number = 1; begin < script.size(); ++number) {
    const std::size_t end = std::min(script.find('\n', begin), script.size());
    const std::string line = strip(script.substr(begin, end - begin));
    begin = end + 1;
    if (line.empty() || line.front() == '#') continue;
    steps.push_back(step_of(line, fmt::format("{}:{}", where, number)));
  }
  if (steps.empty()) throw ConfigurationError(where, "the script has no step");
  return steps;
}

std::vector<TerminalStep> uart_steps(const ScenarioVm& vm, const std::string& where) {
  if (!vm.uart_script.empty()) {
    return parse_uart_script(read_file(vm.uart_script.path, vm.uart_script.given),
                             vm.uart_script.given);
  }
  if (vm.uart_input.empty()) return {};
  TerminalStep step;
  step.text = unescape(vm.uart_input, where);
  return {step};
}

std::string describe_step(const std::vector<TerminalStep>& steps, std::size_t step) {
  const TerminalStep& at = steps.at(step);
  std::string what = fmt::format("wait {}", at.cycles);
  if (at.kind == TerminalStep::Kind::send) what = fmt::format("send \"{}\"", escaped(at.text));
  if (at.kind == TerminalStep::Kind::expect) what = fmt::format("expect \"{}\"", escaped(at.text));
  return fmt::format("{} (step {} of {})", what, step + 1, steps.size());
}

}  // namespace cyclevisor
