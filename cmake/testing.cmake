# Unit tests on Catch2.
#
#   cyclevisor_test(NAME [SYSTEMC] [ELABORATES] [COST seconds]
#                   SOURCES file... [LIBRARIES target...] [LABELS label...])
#
# The binary NAME is one ctest test NAME, which runs all its cases in one process. When it fails, ctest shows
# Catch2's report, which names each case that failed. One case: `build/release/bin/NAME "test case"`.
#
# SYSTEMC gives the tests an sc_main, which whatever links SystemC's library needs. ELABORATES, besides: the
# cases elaborate a SystemC kernel. A process can do that once, so each case is a ctest test "NAME.test case"
# with a process of its own.
#
# COST: about how many seconds it runs, if they are many: ctest begins with such tests.
enable_testing()
find_package(Catch2 2.13 REQUIRED)
include(Catch)

# Catch2 comes compiled, with its main; under SystemC's kernel that is wrapped in sc_main.
add_library(cyclevisor_test_main INTERFACE)
target_link_libraries(cyclevisor_test_main INTERFACE Catch2::Catch2WithMain cyclevisor_options)
add_library(cyclevisor_test_main_systemc STATIC "${PROJECT_SOURCE_DIR}/tests/main_systemc.cpp")
target_link_libraries(cyclevisor_test_main_systemc PUBLIC cyclevisor_test_main cyclevisor_systemc)
target_link_options(cyclevisor_test_main_systemc INTERFACE -Wl,--wrap=main)
# Tests with SystemC are many lines that run for a moment; the others also try a million cases.
set(test_options ${CYCLEVISOR_RUNS_BRIEFLY})
set(test_options_systemc ${CYCLEVISOR_RUNS_AT_ONCE})
precompiled_headers(cyclevisor_test_headers HEADERS <catch2/catch.hpp>
                    LIBRARIES cyclevisor_test_main OPTIONS ${test_options})
precompiled_headers(cyclevisor_test_headers_systemc HEADERS <catch2/catch.hpp> <systemc> <tlm>
                    LIBRARIES cyclevisor_test_main cyclevisor_systemc OPTIONS ${test_options_systemc})

function(cyclevisor_test name)
  cmake_parse_arguments(T "SYSTEMC;ELABORATES" "COST" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  if(T_SYSTEMC OR T_ELABORATES)
    set(suffix _systemc)
  else()
    set(suffix)
  endif()
  if(NOT T_LABELS)
    set(T_LABELS unit)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE cyclevisor_test_main${suffix} ${T_LIBRARIES})
  target_compile_options(${name} PRIVATE ${test_options${suffix}})
  target_precompile_headers(${name} REUSE_FROM cyclevisor_test_headers${suffix})
  if(T_ELABORATES)
    catch_discover_tests(${name} TEST_PREFIX "${name}."
                         # A name that CMake or Catch2 takes apart would match nothing and pass.
                         PROPERTIES LABELS "${T_LABELS}"
                                    FAIL_REGULAR_EXPRESSION "No test cases matched")
    return()
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${T_LABELS}" FAIL_REGULAR_EXPRESSION "No tests ran")
  if(T_COST)
    set_tests_properties(${name} PROPERTIES COST ${T_COST} TIMEOUT 1200)
  endif()
endfunction()
