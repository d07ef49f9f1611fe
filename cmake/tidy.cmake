# `cmake --build --preset release --target tidy`: clang-tidy over everything that runs on the host; takes minutes.
add_custom_target(tidy COMMAND "${PROJECT_SOURCE_DIR}/scripts/tidy" "${CMAKE_BINARY_DIR}" USES_TERMINAL VERBATIM)
