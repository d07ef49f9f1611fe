# SystemC and TLM-2.0. Debian's library exports only the C++17 API symbol, hence C++17.
find_library(SYSTEMC_LIBRARY systemc REQUIRED)
find_path(SYSTEMC_INCLUDE_DIR systemc REQUIRED)
find_package(Threads REQUIRED)
add_library(cyclevisor_systemc INTERFACE)
target_include_directories(cyclevisor_systemc SYSTEM INTERFACE "${SYSTEMC_INCLUDE_DIR}")
target_link_libraries(cyclevisor_systemc INTERFACE "${SYSTEMC_LIBRARY}" Threads::Threads)
