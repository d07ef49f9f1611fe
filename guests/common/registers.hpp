// A check that an interrupt gives back every register as it was.
#pragma once

#include <stdint.h>

// Fills all registers but sp, gp and tp with values made from `seed`, spins `rounds` times (>= 1)
// and returns the number of the first register that changed, 0 if none did.
extern "C" uint64_t changed_register(uint64_t seed, uint64_t rounds);
