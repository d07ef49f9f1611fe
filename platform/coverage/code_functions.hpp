// The functions that a DWARF compilation unit describes.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>

#include "platform/coverage/code_map.hpp"

namespace cyclevisor {

/// By file, line and name: a function that several units contain is one function.
using FunctionTable = std::map<std::tuple<unsigned, unsigned, std::string>, CodeFunction>;

/// Adds the unit's functions that have code among the lines of `map`, their own or inlined.
/// `file_number` gives a path its number.
void collect_functions(Dwarf_Die& unit, const CodeMap& map,
                       const std::function<unsigned(const std::string&)>& file_number,
                       FunctionTable& functions);

}  // namespace cyclevisor
