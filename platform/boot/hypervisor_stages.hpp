// Which code of a hypervisor belongs to which stage, from its symbols and source files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/observe/guest/hypervisor_stage.hpp"
#include "platform/program/symbol_table.hpp"

namespace cyclevisor {

/// The stage of a function by the one table of them. `file` is its source file, empty if that is
/// not known; `name` is its name as C++ spells it. Nothing for a function that is in no row.
std::optional<HypervisorStage> stage_of_function(std::string_view file, std::string_view name);

/// The code's ranges by address: one for each symbol in it, `other` where the table has no row.
/// `contents` is the hypervisor's ELF file, whose debug information tells the source files; without
/// any the names alone decide. `where` names the file in the ConfigurationError that damaged debug
/// information gives.
std::vector<StageRange> hypervisor_stages(std::string contents, const std::string& where,
                                          const SymbolTable& symbols);

/// The names of functions with code that no row of the table covers.
std::vector<std::string> functions_without_stage(std::string contents, const std::string& where,
                                                 const SymbolTable& symbols);

}  // namespace cyclevisor
