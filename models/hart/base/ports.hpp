// The hart's ports to its environment. The platform implements them with TLM-2.0 sockets and the
// RTL timer; unit tests with a few lines. Nothing here depends on SystemC.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

/// The response of the memory system (a TLM-2.0 response status, reduced to what a hart can
/// distinguish).
enum class BusStatus : std::uint8_t {
  ok,
  error,  ///< no target at the address, or the target refused: an access fault
};

/// The reply to one bus access.
struct BusReply {
  BusStatus status = BusStatus::ok;
  std::uint64_t data = 0;  ///< loaded value, zero-extended, little-endian
  Cycle done;              ///< the first cycle in which the hart can continue
};

/// Host memory that may be accessed directly instead of over the bus: DRAM, as granted by TLM-2.0
/// DMI. It covers the physical addresses [first, first + bytes).
struct DirectRegion {
  PhysicalAddress first;
  std::uint64_t bytes = 0;  ///< 0 = no direct access
  std::byte* host = nullptr;
  bool writable = false;
};

/// The physical address space as the hart sees it.
class PhysicalBus {
 public:
  virtual ~PhysicalBus() = default;

  /// The direct region that contains `address`, or one of 0 bytes. Regions stay valid until
  /// `Hart::invalidate_direct_memory` is called.
  virtual DirectRegion direct(PhysicalAddress address) = 0;

  /// One aligned access of 1, 2, 4 or 8 bytes that begins in cycle `at`. It may let simulated time
  /// pass. The hart uses it for everything outside direct regions.
  virtual BusReply read(PhysicalAddress address, unsigned bytes, Cycle at) = 0;
  /// The same for an instruction fetch, which may have its own bus port.
  virtual BusReply fetch(PhysicalAddress address, unsigned bytes, Cycle at) {
    return read(address, bytes, at);
  }
  virtual BusReply write(PhysicalAddress address, unsigned bytes, std::uint64_t data, Cycle at) = 0;
};

/// The source of the `time` CSR: the platform's timer.
class TimeSource {
 public:
  virtual ~TimeSource() = default;
  /// The timer's `mtime` in cycle `at`, which is never before that of an earlier call.
  virtual std::uint64_t mtime(Cycle at) = 0;

  /// The first cycle in which mtime() will be `value` or more if `mtime` is not written: when the
  /// hart's own comparators (Sstc) change. Called only with values above mtime(now);
  /// `Cycle::never()` if the clock does not get there.
  virtual Cycle cycle_of(std::uint64_t value) const = 0;
};

}  // namespace cyclevisor
