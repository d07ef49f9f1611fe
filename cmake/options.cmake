# What every host target of the project is compiled with.
add_library(cyclevisor_options INTERFACE)
target_compile_features(cyclevisor_options INTERFACE cxx_std_17)
target_include_directories(cyclevisor_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(cyclevisor_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)

option(CYCLEVISOR_SANITIZE "Build with address and undefined-behaviour sanitizers" OFF)
if(CYCLEVISOR_SANITIZE)
  # GCC 12 warns of uninitialized values in its own instrumented library.
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover
                      -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=address,undefined)
endif()

option(CYCLEVISOR_GCOV "Count executed lines of the simulator for gcov" OFF)
if(CYCLEVISOR_GCOV)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

# For what runs briefly: the time that the compiler takes to make it fast does not come back.
set(CYCLEVISOR_RUNS_BRIEFLY $<$<CONFIG:Release>:-O1>)
set(CYCLEVISOR_RUNS_AT_ONCE $<$<CONFIG:Release>:-O0>)
