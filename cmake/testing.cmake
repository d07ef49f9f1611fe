# Unit tests on Catch2.
#
#   cyclevisor_test(NAME [SYSTEMC] SOURCES file... [LIBRARIES target...] [LABELS label...])
#
# Every TEST_CASE becomes one ctest test named "NAME.test case" that runs in a process of its own
# (a SystemC kernel can be elaborated once a process). SYSTEMC gives the tests an sc_main.
enable_testing()
find_package(Catch2 2.13 REQUIRED)
include(Catch)

# Catch2 comes compiled, with its main; under SystemC's kernel that is wrapped in sc_main.
add_library(cyclevisor_test_main INTERFACE)
target_link_libraries(cyclevisor_test_main INTERFACE Catch2::Catch2WithMain cyclevisor_options)
target_compile_options(cyclevisor_test_main INTERFACE ${CYCLEVISOR_RUNS_BRIEFLY})
add_library(cyclevisor_test_main_systemc STATIC "${PROJECT_SOURCE_DIR}/tests/main_systemc.cpp")
target_link_libraries(cyclevisor_test_main_systemc PUBLIC cyclevisor_test_main cyclevisor_systemc)
target_link_options(cyclevisor_test_main_systemc INTERFACE -Wl,--wrap=main)
precompiled_headers(cyclevisor_test_headers HEADERS <catch2/catch.hpp>
                    LIBRARIES cyclevisor_test_main)
precompiled_headers(cyclevisor_test_headers_systemc HEADERS <catch2/catch.hpp> <systemc> <tlm>
                    LIBRARIES cyclevisor_test_main cyclevisor_systemc)

function(cyclevisor_test name)
  cmake_parse_arguments(T "SYSTEMC" "" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  if(T_SYSTEMC)
    set(suffix _systemc)
  else()
    set(suffix)
  endif()
  if(NOT T_LABELS)
    set(T_LABELS unit)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE cyclevisor_test_main${suffix} ${T_LIBRARIES})
  target_precompile_headers(${name} REUSE_FROM cyclevisor_test_headers${suffix})
  catch_discover_tests(${name} TEST_PREFIX "${name}."
                       # A name that CMake or Catch2 takes apart would match nothing and pass.
                       PROPERTIES LABELS "${T_LABELS}"
                                  FAIL_REGULAR_EXPRESSION "No test cases matched")
endfunction()
