// The two masters of the bus, instruction side and data side, and the arbitration between them
// (timing rules, section 10).
#pragma once

#include <cstdint>

namespace cyclevisor {

/// The burst state machine of one side. The address phase of beat n overlaps the data phase of beat
/// n - 1.
class BusSide {
 public:
  explicit BusSide(std::uint64_t beats) : beats_(static_cast<unsigned>(beats)) {}

  /// What the cache and the stage request from the bus in this cycle.
  struct BusDemand {
    bool device = false;      ///< a single access
    bool line_read = false;   ///< held until the last beat
    bool line_write = false;  ///< the same; one may follow the other at once
    bool any_line() const { return line_read || line_write; }
  };

  /// The last beat of a burst is being transferred.
  bool acknowledges(bool ready) const { return bursting() && ready && delayed_beat_ == beats_ - 1; }

  bool stalls(const BusDemand& demand, bool ready) const {
    if (state_ == State::address) return demand.device || demand.any_line();
    return state_ == State::data || (bursting() && !ready);
  }
  /// The side drives an address phase.
  bool requests(const BusDemand& demand, bool ready, bool flushed) const {
    if (state_ == State::address) {
      return ready && !flushed && (demand.device || demand.any_line());
    }
    return (acknowledges(ready) && demand.any_line()) || (bursting() && beat_ != 0);
  }
  bool signals_burst(const BusDemand& demand) const {
    return demand.any_line() || (bursting() && beat_ != 0);
  }
  /// The beat in its data phase.
  bool bursting() const { return state_ == State::line_read || state_ == State::line_write; }
  unsigned data_beat() const { return delayed_beat_; }
  /// The data phase of a single access.
  bool in_data_phase() const { return state_ == State::data; }
  /// The single access is complete; the state holds while the stage cannot move on.
  bool done() const { return state_ == State::done; }
  /// Something is in flight that must not be abandoned.
  bool busy() const { return state_ != State::address; }

  /// Abandons what is in flight.
  void abandon() {
    state_ = State::address;
    beat_ = delayed_beat_ = 0;
  }

  struct Edge {
    bool ready;
    bool flushed;
    bool held;  ///< the stage does not move on
  };
  void clock(const BusDemand& demand, const Edge& edge) {
    const State next = edge.flushed ? State::address : next_state(demand, edge);
    if (next == State::address) {
      beat_ = delayed_beat_ = 0;
    } else if ((next == State::line_read || next == State::line_write) && edge.ready) {
      delayed_beat_ = beat_;
      beat_ = (beat_ + 1) % beats_;
    }
    state_ = next;
  }

 private:
  enum class State : std::uint8_t { address, data, done, line_read, line_write };

  State next_state(const BusDemand& demand, const Edge& edge) const {
    switch (state_) {
      case State::address:
        if (!edge.ready) return State::address;
        if (demand.device) return State::data;
        if (demand.line_write) return State::line_write;
        return demand.line_read ? State::line_read : State::address;
      case State::data:
        return edge.ready ? State::done : State::data;
      case State::done:
        return edge.held ? State::done : State::address;
      default:
        if (!acknowledges(edge.ready)) return state_;
        if (demand.line_write) return State::line_write;
        return demand.line_read ? State::line_read : State::address;
    }
  }

  unsigned beats_;
  State state_ = State::address;
  unsigned beat_ = 0;          ///< of the address phase
  unsigned delayed_beat_ = 0;  ///< of the data phase
};

/// The data side wins when both sides request the bus in the same cycle. The instruction side's
/// address is remembered and gets its turn after the counted beats. The counter is not separate
/// from the data side's own: if that is already ahead, the count slips and runs through all its
/// values, twice the beats of a burst.
class BusArbiter {
 public:
  /// `beats`: of a data-side burst.
  explicit BusArbiter(std::uint64_t beats) : beats_(static_cast<unsigned>(beats)) {}

  bool data_ready() const { return turn_ || !fetch_requested_ || last_counted_; }
  bool fetch_ready() const { return !turn_; }
  /// No side has the bus or has just released it.
  bool is_idle() const { return !turn_ && !fetch_requested_ && !last_counted_ && count_ == 0; }

  struct Requests {
    bool data;
    bool data_burst;
    bool fetch;
  };
  void clock(const Requests& requests) {
    const bool fetch = turn_ || requests.fetch;
    const bool next_turn =
        turn_ ? !(last_counted_ && !requests.data) : requests.data && requests.fetch;
    const unsigned limit = requests.data_burst ? beats_ - 1 : 0;
    const bool final = count_ == limit;
    if (next_turn) {
      last_counted_ = final;
      count_ = final ? 0 : (count_ + 1) % (2 * beats_);
    } else {
      last_counted_ = false;
      count_ = 0;
    }
    turn_ = next_turn;
    fetch_requested_ = fetch;
  }

 private:
  unsigned beats_;
  bool turn_ = false;
  bool fetch_requested_ = false;  ///< in the previous cycle
  bool last_counted_ = false;
  unsigned count_ = 0;
};

}  // namespace cyclevisor
