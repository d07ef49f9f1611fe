#include "models/engines/stepped/cache_controller.hpp"

namespace cyclevisor {

bool CacheController::misses(const Request& request) const {
  return cache_.present() && (request.reads || request.writes) && !request.invalidates &&
         !cache_.array.find(request.address);
}

bool CacheController::victim_is_dirty(const Request& request) const {
  const unsigned set = cache_.array.set_of(request.address);
  const CacheArray::Line& line = cache_.array.line(set, cache_.array.victim(set));
  return line.valid && line.dirty;
}

CacheController::Outcome CacheController::evaluate(const Request& request,
                                                   bool bus_acknowledges) const {
  Outcome outcome;
  switch (state_) {
    case State::ready:
      if (request.writes_back_all && cache_.present()) {
        outcome.stalls = true;
      } else if (misses(request)) {
        outcome.stalls = true;
        if (!victim_is_dirty(request)) {
          outcome.line_read = true;
        } else {
          // A store notices only in the next cycle that it has to write back.
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

bool CacheController::sweep_on() {
  if (++sweep_way_ < cache_.array.geometry().ways) return false;
  sweep_way_ = 0;
  if (++sweep_set_ < cache_.array.geometry().sets) return false;
  sweep_set_ = 0;
  return true;
}

void CacheController::clock_ready(const Request& request, const Edge& edge) {
  if (!cache_.present()) return;
  if (request.invalidates) {
    cache_.array.invalidate();
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
  const unsigned set = cache_.array.set_of(request.address);
  const unsigned way = *cache_.array.find(request.address);
  cache_.use(set, way, request.writes);
}

void CacheController::clock(const Request& request, const Edge& edge) {
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
        const unsigned set = cache_.array.set_of(request.address);
        cache_.array.line(set, cache_.array.victim(set)).dirty = false;
        state_ = State::line_read;
      }
      break;
    case State::write_line:
      cache_.refill(request.address, request.writes);
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
