// What is typed into a VM's UART, as users write it (docs/uart-input.md).
#pragma once

#include <string>
#include <vector>

#include "models/uart/terminal.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// Text with the escapes \n \r \t \\ \" and \xHH. Throws ConfigurationError, `where` begins its
/// message.
std::string unescape(const std::string& text, const std::string& where);

/// Lines of `expect TEXT`, `send TEXT`, `wait CYCLES`; `where` is the file's name for messages.
std::vector<TerminalStep> parse_uart_script(const std::string& script, const std::string& where);

/// What the VM's settings `uart_input` or `uart_script` say; nothing if it has neither. `where`
/// begins messages about `uart_input`.
std::vector<TerminalStep> uart_steps(const ScenarioVm& vm, const std::string& where);

/// Where a script stands that has not been finished: "'expect "=> "' (step 3 of 5)".
std::string describe_step(const std::vector<TerminalStep>& steps, std::size_t step);

}  // namespace cyclevisor
