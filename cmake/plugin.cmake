# Shared libraries with devices and sinks of the user's own (docs/add-a-device.md, docs/add-a-sink.md).
#
#   add_plugin(NAME SOURCES file... [VERILOG file... TOP module] [SCENARIOS file...])
#
# makes ${CMAKE_BINARY_DIR}/plugins/NAME.so, and copies of the scenarios beside it. The SystemVerilog is
# compiled by Verilator; the sources include "V<module>.h".
function(add_plugin name)
  cmake_parse_arguments(P "" "TOP" "SOURCES;VERILOG;SCENARIOS" ${ARGN})
  add_library(${name} MODULE ${P_SOURCES})
  set_target_properties(${name} PROPERTIES PREFIX "" POSITION_INDEPENDENT_CODE ON
                        LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")
  target_link_libraries(${name} PRIVATE cyclevisor_options cyclevisor_systemc cyclevisor_bus)
  if(P_VERILOG)
    # A library of its own: Verilated code is not held to the project's warnings.
    add_library(${name}_rtl STATIC)
    set_target_properties(${name}_rtl PROPERTIES POSITION_INDEPENDENT_CODE ON UNITY_BUILD ON
                          UNITY_BUILD_BATCH_SIZE 0)
    verilate(${name}_rtl PREFIX V${P_TOP} TOP_MODULE ${P_TOP} SOURCES ${P_VERILOG}
             VERILATOR_ARGS -Wall --x-assign fast --x-initial fast --timescale 1ns/1ps -O3)
    set_target_properties(${name}_rtl PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES
      "$<TARGET_PROPERTY:${name}_rtl,INTERFACE_INCLUDE_DIRECTORIES>")
    target_link_libraries(${name} PRIVATE ${name}_rtl)
  endif()
  foreach(scenario IN LISTS P_SCENARIOS)
    cmake_path(GET scenario FILENAME file)
    configure_file("${scenario}" "${CMAKE_BINARY_DIR}/plugins/${file}" COPYONLY)
  endforeach()
endfunction()
