# Precompiled headers: what many units include is read once.
#
#   precompiled_headers(NAME LIBRARIES target... HEADERS header... [OPTIONS flag...])
#
# makes a target NAME; `target_precompile_headers(OTHER REUSE_FROM NAME)` takes its headers, and those
# of the standard library that most units include. A file includes what it needs all the same: the
# preset "debug" builds without.
function(precompiled_headers name)
  cmake_parse_arguments(P "" "" "LIBRARIES;HEADERS;OPTIONS" ${ARGN})
  add_library(${name} OBJECT "${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp")
  target_link_libraries(${name} PRIVATE cyclevisor_options ${P_LIBRARIES})
  target_compile_options(${name} PRIVATE ${P_OPTIONS})
  target_precompile_headers(${name} PRIVATE <algorithm> <array> <cstdint> <filesystem> <fstream>
    <functional> <map> <memory> <optional> <sstream> <string> <string_view> <unordered_map> <utility>
    <vector> ${P_HEADERS})
endfunction()

precompiled_headers(cyclevisor_headers)
precompiled_headers(cyclevisor_headers_systemc HEADERS <systemc> <tlm> LIBRARIES cyclevisor_systemc)
