// What is typed into a VM's UART (docs/uart-input.md).
#pragma once

#include <string>
#include <vector>

#include "models/uart/terminal.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// Resolves the escapes \n \r \t \\ \" and \xHH. Throws ConfigurationError; `where` begins its
/// message.
std::string unescape(const std::string& text, const std::string& where);

/// Parses lines of `expect TEXT`, `send TEXT`, `wait CYCLES`; `where` names the file in messages.
std::vector<TerminalStep> parse_uart_script(const std::string& script, const std::string& where);

/// The steps of the VM's settings `uart_input` or `uart_script`; empty if it has neither. `where`
/// begins messages about `uart_input`.
std::vector<TerminalStep> uart_steps(const ScenarioVm& vm, const std::string& where);

/// The step at which an unfinished script stands: "'expect "=> "' (step 3 of 5)".
std::string describe_step(const std::vector<TerminalStep>& steps, std::size_t step);

}  // namespace cyclevisor
