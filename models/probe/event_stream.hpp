// Where models publish events and sinks receive them.
#pragma once

#include <vector>

#include "models/probe/events.hpp"

namespace cyclevisor {

/// Receives the events it overrides; the others are ignored. Events arrive in stream order and
/// are valid only during the call.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on(const Retire&) {}
  virtual void on(const Trap&) {}
  virtual void on(const TrapReturn&) {}
  virtual void on(const AddressSpace&) {}
  virtual void on(const Idle&) {}
  virtual void on(const BusRequest&) {}
  virtual void on(const BusTransfer&) {}
  virtual void on(const ApbTransfer&) {}
  virtual void on(const InterruptLine&) {}
};

/// The one event stream of a platform. Models hold a reference and publish; a model that needs
/// work to fill an event asks `observed()` first, so that an unobserved run pays nothing.
class EventStream {
 public:
  /// Adds a receiver, which must outlive the stream's last event. Receivers are called in the
  /// order in which they were attached.
  void attach(Sink& sink) { sinks_.push_back(&sink); }

  /// True when anybody listens.
  bool observed() const { return !sinks_.empty(); }

  template <class Event>
  void publish(const Event& event) const {
    for (Sink* sink : sinks_) sink->on(event);
  }

 private:
  std::vector<Sink*> sinks_;
};

}  // namespace cyclevisor
