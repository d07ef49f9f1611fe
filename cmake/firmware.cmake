# RISC-V programs (hypervisor, guests) as targets of the host build.
#
#   add_firmware(NAME SOURCES file... LINKER_SCRIPT file
#                [MARCH isa] [OPTIONS flag...] [INCLUDES dir...] [STAGES file])
#
# makes a target NAME whose result is ${CMAKE_BINARY_DIR}/firmware/NAME.elf, also available as the
# target property FIRMWARE_ELF; FIRMWARE_OBJECTS lists its object files in link order. STAGES is a
# hypervisor's stage table (docs/latency.md), copied to NAME.stages beside it. Sources are C++20, C or
# assembly (.cpp, .c, .S), freestanding.
find_program(RISCV_CXX riscv64-unknown-elf-g++ REQUIRED)

set(FIRMWARE_FLAGS
    -mabi=lp64 -mcmodel=medany -ffreestanding -fno-builtin -nostdlib -nostartfiles -static
    -ffunction-sections -fdata-sections -g -O2 -Wall -Wextra -Werror
    # Paths in the debug information are relative to the top of the tree, wherever it lies: the
    # compiler runs there, and the last of the maps that fit counts.
    "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=." "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/="
    "-Wa,--debug-prefix-map=${PROJECT_SOURCE_DIR}=."
    "-Wa,--debug-prefix-map=${PROJECT_SOURCE_DIR}/=")
set(FIRMWARE_CXX_FLAGS -std=c++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics
    -fno-use-cxa-atexit)

function(add_firmware name)
  cmake_parse_arguments(FW "" "LINKER_SCRIPT;MARCH;STAGES" "SOURCES;OPTIONS;INCLUDES" ${ARGN})
  if(NOT FW_MARCH)
    set(FW_MARCH rv64imac_zicsr_zifencei)
  endif()
  set(include_flags "-I${PROJECT_SOURCE_DIR}")
  foreach(dir IN LISTS FW_INCLUDES)
    list(APPEND include_flags "-I${dir}")
  endforeach()
  set(objects)
  foreach(source IN LISTS FW_SOURCES)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    file(RELATIVE_PATH relative "${PROJECT_SOURCE_DIR}" "${source}")
    set(object "${CMAKE_BINARY_DIR}/firmware/obj/${name}/${relative}.o")
    cmake_path(GET object PARENT_PATH object_dir)
    file(MAKE_DIRECTORY "${object_dir}")
    set(language_flags)
    if(source MATCHES "\\.cpp$")
      set(language_flags ${FIRMWARE_CXX_FLAGS})
    elseif(source MATCHES "\\.c$")
      set(language_flags -x c -std=c17)
    endif()
    add_custom_command(
      OUTPUT "${object}"
      COMMAND ${RISCV_CXX} ${FIRMWARE_FLAGS} -march=${FW_MARCH} ${language_flags} ${FW_OPTIONS}
              ${include_flags} -MD -MF "${object}.d" -c "${source}" -o "${object}"
      DEPENDS "${source}"
      DEPFILE "${object}.d"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
      COMMENT "Firmware ${name}: ${relative}"
      VERBATIM)
    list(APPEND objects "${object}")
  endforeach()
  cmake_path(ABSOLUTE_PATH FW_LINKER_SCRIPT BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set(elf "${CMAKE_BINARY_DIR}/firmware/${name}.elf")
  add_custom_command(
    OUTPUT "${elf}"
    COMMAND ${RISCV_CXX} ${FIRMWARE_FLAGS} -march=${FW_MARCH} -Wl,--gc-sections
            -Wl,--build-id=none -T "${FW_LINKER_SCRIPT}" ${objects} -lgcc -o "${elf}"
    DEPENDS ${objects} "${FW_LINKER_SCRIPT}"
    COMMENT "Firmware ${name}.elf"
    VERBATIM)
  set(results "${elf}")
  if(FW_STAGES)
    cmake_path(ABSOLUTE_PATH FW_STAGES BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    set(stages "${CMAKE_BINARY_DIR}/firmware/${name}.stages")
    add_custom_command(
      OUTPUT "${stages}"
      COMMAND "${CMAKE_COMMAND}" -E copy "${FW_STAGES}" "${stages}"
      DEPENDS "${FW_STAGES}"
      COMMENT "Firmware ${name}.stages"
      VERBATIM)
    list(APPEND results "${stages}")
  endif()
  add_custom_target(${name} ALL DEPENDS ${results})
  set_target_properties(${name} PROPERTIES FIRMWARE_ELF "${elf}" FIRMWARE_OBJECTS "${objects}")
endfunction()
