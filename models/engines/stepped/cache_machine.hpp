// The state machine of a cache: hits in one cycle, misses over the bus, write-back of everything
// for fence.i. The same machine serves the instruction side, which never writes (timing rules,
// sections 5, 6 and 8).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "models/base/types.hpp"
#include "models/engines/stepped/bus_arbiter.hpp"
#include "models/timing/cache_array.hpp"

namespace cyclevisor {

class CacheMachine {
 public:
  using ReadLine = CacheArray::ReadBytes;

  /// `fill` gives a line's contents when it is filled, `keep` those of memory when it gets dirty;
  /// either may be empty.
  CacheMachine(const CacheGeometry& geometry, ReadLine fill, ReadLine keep)
      : array_(geometry), fill_(std::move(fill)), keep_(std::move(keep)) {}

  /// What the stage asks for in this cycle; stays the same while the cache stalls.
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
    bool flushed;       ///< the instruction is given up
    bool held;          ///< the stage does not move on
  };
  void clock(const Request& request, const Edge& edge);

  bool present() const { return array_.geometry().presence == CachePresence::on; }

  /// Something has begun that must not be given up, or is just complete.
  bool busy() const { return state_ != State::ready; }
  /// Complete: the data come from the line's buffer.
  bool delivers() const { return state_ == State::deliver; }

  /// Whatever has begun is given up.
  void abandon() {
    state_ = State::ready;
    sweep_set_ = sweep_way_ = 0;
  }
  /// Memory was written by somebody else: brings what lines remember of it up to date. `read` is
  /// main memory as it is now.
  void memory_written(PhysicalAddress first, std::uint64_t bytes, const ReadLine& read) {
    array_.refresh(first, bytes, read);
  }

  const CacheArray& array() const { return array_; }

  /// What the end of a hit's last cycle does to the line.
  void use(unsigned set, unsigned way, bool writes) {
    array_.touch(set, way);
    if (writes) make_dirty(array_.line(set, way));
  }

 private:
  friend class FetchWindow;  // fill, array_
  friend class DataWindow;   // fill

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
  CacheArray::Line& sweep_line() { return array_.line(sweep_set_, sweep_way_); }
  const CacheArray::Line& sweep_line() const { return array_.line(sweep_set_, sweep_way_); }
  /// Goes on to the next way; true behind the last one.
  bool sweep_on();
  void make_dirty(CacheArray::Line& line);
  void clock_ready(const Request& request, const Edge& edge);
  void fill(const Request& request);

  CacheArray array_;
  ReadLine fill_;
  ReadLine keep_;
  State state_ = State::ready;
  unsigned sweep_set_ = 0;
  unsigned sweep_way_ = 0;
};

}  // namespace cyclevisor
