#include "models/engines/stepped/cache_machine.hpp"

namespace cyclevisor {

bool CacheMachine::misses(const Request& request) const {
  return present() && (request.reads || request.writes) && !request.invalidates &&
         !array_.find(request.address);
}

bool CacheMachine::victim_is_dirty(const Request& request) const {
  const unsigned set = array_.set_of(request.address);
  const CacheArray::Line& line = array_.line(set, array_.victim(set));
  return line.valid && line.dirty;
}

CacheMachine::Outcome CacheMachine::evaluate(const Request& request, bool bus_acknowledges) const {
  Outcome outcome;
  switch (state_) {
    case State::ready:
      if (request.writes_back_all && present()) {
        outcome.stalls = true;
      } else if (misses(request)) {
        outcome.stalls = true;
        if (!victim_is_dirty(request)) {
          outcome.line_read = true;
        } else {
          // A store learns only in the next cycle that it has to write back.
          outcome.line_write = request.reads;
        }
      }
      break;
    case State::line_read:
      outcome.stalls = true;
      outcome.line_read = !bus_acknowledges;
      break;
    case State::write_back:
      outcome.stalls = true;
      (bus_acknowledges ? outcome.line_read : outcome.line_write) = true;
      break;
    case State::write_line:
    case State::sweep:
      outcome.stalls = true;
      break;
    case State::sweep_write_back:
      outcome.stalls = true;
      outcome.line_write = !bus_acknowledges;
      break;
    case State::deliver:
      break;
  }
  return outcome;
}

void CacheMachine::make_dirty(CacheArray::Line& line) {
  if (!line.dirty && keep_) keep_(line.address, line.bytes.data(), array_.geometry().line_bytes);
  line.dirty = true;
}

void CacheMachine::fill(const Request& request) {
  const unsigned set = array_.set_of(request.address);
  const unsigned way = array_.victim(set);
  CacheArray::Line& line = array_.line(set, way);
  line.valid = true;
  line.dirty = false;
  line.address = array_.line_address(request.address);
  if (fill_) fill_(line.address, line.bytes.data(), array_.geometry().line_bytes);
  array_.note_change();
  array_.touch(set, way);
  if (request.writes) make_dirty(line);
}

bool CacheMachine::sweep_on() {
  if (++sweep_way_ < array_.geometry().ways) return false;
  sweep_way_ = 0;
  if (++sweep_set_ < array_.geometry().sets) return false;
  sweep_set_ = 0;
  return true;
}

void CacheMachine::clock_ready(const Request& request, const Edge& edge) {
  if (!present()) return;
  if (request.invalidates) {
    array_.invalidate();
    return;
  }
  if (edge.flushed) return;
  if (request.writes_back_all) {
    state_ = State::sweep;
    return;
  }
  if (misses(request)) {
    state_ = victim_is_dirty(request) ? State::write_back : State::line_read;
    return;
  }
  if (edge.held || !(request.reads || request.writes)) return;
  const unsigned set = array_.set_of(request.address);
  const unsigned way = *array_.find(request.address);
  array_.touch(set, way);
  if (request.writes) make_dirty(array_.line(set, way));
}

void CacheMachine::clock(const Request& request, const Edge& edge) {
  if (state_ == State::ready) {
    clock_ready(request, edge);
    return;
  }
  if (edge.flushed) {
    state_ = State::ready;
    return;
  }
  switch (state_) {
    case State::ready:
      break;
    case State::line_read:
      if (edge.acknowledged) state_ = State::write_line;
      break;
    case State::write_back:
      if (edge.acknowledged) {
        const unsigned set = array_.set_of(request.address);
        array_.line(set, array_.victim(set)).dirty = false;
        state_ = State::line_read;
      }
      break;
    case State::write_line:
      fill(request);
      state_ = State::deliver;
      break;
    case State::deliver:
      if (!edge.held) state_ = State::ready;
      break;
    case State::sweep:
      if (sweep_line().valid && sweep_line().dirty) {
        sweep_line().dirty = false;
        state_ = State::sweep_write_back;
      } else if (sweep_on()) {
        state_ = State::deliver;
      }
      break;
    case State::sweep_write_back:
      if (edge.acknowledged) state_ = sweep_on() ? State::deliver : State::sweep;
      break;
  }
}

}  // namespace cyclevisor
