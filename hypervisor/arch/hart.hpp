// The physical hart, as the privilege arrangement that this hypervisor is built for accesses it. A
// folder of arch/ is one arrangement: the CSR accesses in hart.hpp, reset and the trap vector.
//
// - m: the hypervisor runs in machine mode, its guests in user mode.
#pragma once

#include "hypervisor/arch/m/hart.hpp"
