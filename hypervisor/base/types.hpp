// The types that all of the hypervisor shares.
//
// Freestanding: Debian's riscv64-unknown-elf compiler has no C++ library, so only C's freestanding
// headers may be included. Everything that touches no register of the hart also compiles on the
// host, where the unit tests run it.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace cyclevisor::hypervisor {

/// What a guest takes for a physical address. Guests use no translation of their own, so it is also
/// the virtual address that the hart translates.
struct GuestAddress {
  uint64_t value = 0;
};

/// A real physical address; machine mode uses it untranslated.
struct HostAddress {
  uint64_t value = 0;
};

/// A point on, or a distance of, the timer's `mtime`.
using Ticks = uint64_t;

/// Later than any `mtime` that a run reaches; also what disarms a comparator: all 64 bits are ones.
constexpr Ticks never = UINT64_MAX;

/// VM numbers are 1..maximum_vms and are used as `satp.ASID`; 0 stays unused.
constexpr unsigned maximum_vms = 16;

/// The virtual hart has M and U mode; the numbers are those of `mstatus.MPP`.
enum class VirtualMode : uint8_t { user = 0, machine = 3 };

/// A stage on the way of a trap. Stages are never inlined and have unmangled names, so that
/// observers can attribute cycles to them from the symbol table alone.
#define HYPERVISOR_STAGE extern "C" [[gnu::noinline]]

}  // namespace cyclevisor::hypervisor
