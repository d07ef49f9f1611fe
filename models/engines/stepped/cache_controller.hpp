// The controller of a cache: hits in one cycle, misses over the bus, write-back of all dirty lines
// for fence.i. The instruction side uses the same controller and never writes (timing rules,
// sections 5, 6 and 8).
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/engines/stepped/bus_arbiter.hpp"
#include "models/timing/cache.hpp"

namespace cyclevisor {

class CacheController {
 public:
  /// The cache must outlive the controller.
  explicit CacheController(Cache& cache) : cache_(cache) {}

  /// The stage's request in this cycle. It does not change while the cache stalls.
  struct Request {
    bool reads = false;
    bool writes = false;
    bool writes_back_all = false;  ///< fence.i at the data cache
    bool invalidates = false;      ///< fence.i at the instruction cache
    PhysicalAddress address;
  };

  /// What follows in the same cycle from the request and the bus.
  struct Outcome {
    bool stalls = false;
    bool line_read = false;
    bool line_write = false;
  };
  Outcome evaluate(const Request& request, bool bus_acknowledges) const;

  struct Edge {
    bool acknowledged;  ///< by the bus
    bool flushed;       ///< the instruction is flushed
    bool held;          ///< the stage does not move on
  };
  void clock(const Request& request, const Edge& edge);

  /// An operation is in flight that must not be abandoned, or has just completed.
  bool busy() const { return state_ != State::ready; }
  /// Complete: the data come from the line buffer.
  bool delivers() const { return state_ == State::deliver; }

  /// Abandons what is in flight.
  void abandon() {
    state_ = State::ready;
    sweep_set_ = sweep_way_ = 0;
  }

 private:
  enum class State : std::uint8_t {
    ready,
    line_read,
    write_back,
    write_line,
    deliver,
    sweep,
    sweep_write_back,
  };

  bool misses(const Request& request) const;
  bool victim_is_dirty(const Request& request) const;
  CacheArray::Line& sweep_line() { return cache_.array.line(sweep_set_, sweep_way_); }
  const CacheArray::Line& sweep_line() const { return cache_.array.line(sweep_set_, sweep_way_); }
  /// Moves to the next way; true after the last one.
  bool sweep_on();
  void clock_ready(const Request& request, const Edge& edge);

  Cache& cache_;
  State state_ = State::ready;
  unsigned sweep_set_ = 0;
  unsigned sweep_way_ = 0;
};

}  // namespace cyclevisor
