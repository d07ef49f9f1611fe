// The one translation unit that holds Catch2's implementation for tests without SystemC.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
