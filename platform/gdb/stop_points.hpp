// Breakpoints and watchpoints, each at virtual addresses of one program. Memory is not patched, so
// no program can see them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "models/probe/events.hpp"

namespace cyclevisor::gdb {

enum class WatchKind : std::uint8_t { write, read, access };

struct Watchpoint {
  std::size_t program = 0;
  WatchKind kind = WatchKind::write;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;

  friend bool operator<(const Watchpoint& a, const Watchpoint& b) {
    return std::tie(a.program, a.kind, a.address, a.bytes) <
           std::tie(b.program, b.kind, b.address, b.bytes);
  }
};

class StopPoints {
 public:
  void insert_breakpoint(std::size_t program, std::uint64_t address) {
    breakpoints_.emplace(program, address);
  }
  void remove_breakpoint(std::size_t program, std::uint64_t address) {
    breakpoints_.erase({program, address});
  }
  void insert_watchpoint(const Watchpoint& point) { watchpoints_.insert(point); }
  void remove_watchpoint(const Watchpoint& point) { watchpoints_.erase(point); }
  /// Of one program.
  void remove_all(std::size_t program);

  bool empty() const { return breakpoints_.empty() && watchpoints_.empty(); }
  bool watches() const { return !watchpoints_.empty(); }
  bool breaks_at(std::size_t program, std::uint64_t pc) const {
    return breakpoints_.count({program, pc}) != 0;
  }
  /// The watchpoint that an access of `program` would hit.
  std::optional<Watchpoint> watching(std::size_t program, const MemoryAccess& access) const;

 private:
  std::set<std::pair<std::size_t, std::uint64_t>> breakpoints_;
  std::set<Watchpoint> watchpoints_;
};

}  // namespace cyclevisor::gdb
