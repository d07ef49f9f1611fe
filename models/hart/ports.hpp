// What the hart needs from the outside world. The platform implements these with TLM-2.0 sockets
// and the RTL timer; unit tests with a few lines. Nothing here knows SystemC.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

/// How the memory system answered (a TLM-2.0 response status, reduced to what a hart can tell).
enum class BusStatus : std::uint8_t {
  ok,
  error,  ///< nobody claims the address, or the target refused: an access fault
};

/// The answer to one bus access.
struct BusReply {
  BusStatus status = BusStatus::ok;
  std::uint64_t data = 0;  ///< loaded value, zero-extended, little-endian
  Cycle done;              ///< first cycle in which the hart may go on
};

/// Host memory that may be read and written directly instead of through the bus: DRAM, as granted
/// by TLM-2.0 DMI. It covers physical addresses [first, first + bytes).
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

  /// The direct region around `address`, or one of 0 bytes. Regions stay valid until
  /// `Hart::invalidate_direct_memory` is called.
  virtual DirectRegion direct(PhysicalAddress address) = 0;

  /// One aligned access of 1, 2, 4 or 8 bytes that begins in cycle `at`. May let simulated time
  /// pass. Used for everything that is not in a direct region.
  virtual BusReply read(PhysicalAddress address, unsigned bytes, Cycle at) = 0;
  /// The same for an instruction fetch, which may have a bus port of its own.
  virtual BusReply fetch(PhysicalAddress address, unsigned bytes, Cycle at) {
    return read(address, bytes, at);
  }
  virtual BusReply write(PhysicalAddress address, unsigned bytes, std::uint64_t data, Cycle at) = 0;
};

/// Where the `time` CSR comes from: the platform's timer.
class TimeSource {
 public:
  virtual ~TimeSource() = default;
  /// `mtime` as the timer shows it in cycle `at`; `at` never lies before an earlier call's.
  virtual std::uint64_t mtime(Cycle at) = 0;

  /// The first cycle in which mtime() will be `value` or more if nobody writes `mtime`: where the
  /// hart's own comparators (Sstc) change. Asked only for values beyond mtime(now);
  /// `Cycle::never()` if the clock does not get there.
  virtual Cycle cycle_of(std::uint64_t value) const = 0;
};

}  // namespace cyclevisor
