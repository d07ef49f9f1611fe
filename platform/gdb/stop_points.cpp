#include "platform/gdb/stop_points.hpp"

#include <iterator>

namespace cyclevisor::gdb {
namespace {

bool concerns(WatchKind kind, MemoryAccess::Kind access) {
  switch (access) {
    case MemoryAccess::Kind::load:
      return kind != WatchKind::write;
    case MemoryAccess::Kind::store:
      return kind != WatchKind::read;
    case MemoryAccess::Kind::amo:  // reads and writes
      return true;
    case MemoryAccess::Kind::none:
      break;
  }
  return false;
}

/// Whether [a, a + a_bytes) and [b, b + b_bytes) overlap, also across the end of the address space.
bool overlap(std::uint64_t a, std::uint64_t a_bytes, std::uint64_t b, std::uint64_t b_bytes) {
  return b - a < a_bytes || a - b < b_bytes;
}

}  // namespace

void StopPoints::remove_all(std::size_t program) {
  for (auto i = breakpoints_.begin(); i != breakpoints_.end();) {
    i = i->first == program ? breakpoints_.erase(i) : std::next(i);
  }
  for (auto i = watchpoints_.begin(); i != watchpoints_.end();) {
    i = i->program == program ? watchpoints_.erase(i) : std::next(i);
  }
}

std::optional<Watchpoint> StopPoints::watching(std::size_t program,
                                               const MemoryAccess& access) const {
  for (const Watchpoint& point : watchpoints_) {
    if (point.program == program && concerns(point.kind, access.kind) &&
        overlap(point.address, point.bytes, access.address.value, access.bytes)) {
      return point;
    }
  }
  return std::nullopt;
}

}  // namespace cyclevisor::gdb
