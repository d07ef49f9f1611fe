# Unit tests on Catch2.
#
#   cyclevisor_test(NAME [SYSTEMC] SOURCES file... [LIBRARIES target...] [LABELS label...])
#
# Every TEST_CASE becomes one ctest test named "NAME.test case" that runs in a process of its own
# (a SystemC kernel can be elaborated once a process). SYSTEMC gives the tests an sc_main.
enable_testing()
find_package(Catch2 2.13 REQUIRED)
include(Catch)

add_library(cyclevisor_test_main STATIC "${PROJECT_SOURCE_DIR}/tests/main.cpp")
target_link_libraries(cyclevisor_test_main PUBLIC Catch2::Catch2 cyclevisor_options)
add_library(cyclevisor_test_main_systemc STATIC "${PROJECT_SOURCE_DIR}/tests/main_systemc.cpp")
target_link_libraries(cyclevisor_test_main_systemc PUBLIC Catch2::Catch2 cyclevisor_options
                                                          cyclevisor_systemc)

function(cyclevisor_test name)
  cmake_parse_arguments(T "SYSTEMC" "" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  if(T_SYSTEMC)
    set(main cyclevisor_test_main_systemc)
  else()
    set(main cyclevisor_test_main)
  endif()
  if(NOT T_LABELS)
    set(T_LABELS unit)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE ${main} ${T_LIBRARIES})
  catch_discover_tests(${name} TEST_PREFIX "${name}."
                       # A name that CMake or Catch2 takes apart would match nothing and pass.
                       PROPERTIES LABELS "${T_LABELS}"
                                  FAIL_REGULAR_EXPRESSION "No test cases matched")
endfunction()
