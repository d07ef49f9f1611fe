// Where models publish events and sinks receive them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/probe/events.hpp"
#include "models/probe/straight_run.hpp"

namespace cyclevisor {

/// Plain instructions that retired one after the other: each is no SYSTEM instruction, wrote no CSR
/// and reached nothing but main memory. No other event lies between them, so all of them retired in
/// one privilege mode and one address space. Never empty.
class RetireSpan {
 public:
  RetireSpan(const Retire* first, std::size_t count) : first_(first), count_(count) {}

  const Retire* begin() const { return first_; }
  const Retire* end() const { return first_ + count_; }
  const Retire& front() const { return *first_; }
  const Retire& back() const { return first_[count_ - 1]; }
  std::size_t size() const { return count_; }

 private:
  const Retire* first_;
  std::size_t count_;
};

/// Which Retire events somebody needs to see. Each includes the ones before.
enum class Retirements : std::uint8_t {
  none,
  unusual,  ///< those that are not plain (RetireSpan)
  places,   ///< all, but of the plain ones cycle and pc only
  all,
};

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

  /// Plain instructions come many at a time, each of them once, here or in on(const Retire&). To be
  /// overridden by those who can deal with many faster than with each by itself.
  virtual void on_plain(RetireSpan events) {
    for (const Retire& event : events) on(event);
  }
  /// Plain instructions come like this while nobody needs more than their places. One by one, all
  /// fields but cycle and pc are without meaning.
  virtual void on_places(const StraightRun& run) {
    for (std::size_t i = 0; i < run.size(); ++i) {
      Retire event;
      event.cycle = run[i].cycle;
      event.pc = run[i].pc;
      on(event);
    }
  }

  /// Which instructions the sink needs to see from now on. Asked when it is attached, after each
  /// event other than Retire, and at times between instructions. It may get more than it needs.
  /// What nobody needs is not even put together, which is most of what observing costs.
  virtual Retirements wants() const { return Retirements::all; }
};

/// The one event stream of a platform. Models hold a reference and publish; a model that needs
/// work to fill an event asks `observed()` first, so that an unobserved run pays nothing.
///
/// Plain instructions are collected and handed over together, before any other event and at the
/// end of each run of the hart: to a sink it looks as if they came one by one.
class EventStream {
 public:
  /// Adds a receiver, which must outlive the stream's last event. Receivers are called in the
  /// order in which they were attached.
  void attach(Sink& sink) {
    flush();
    receivers_.push_back({&sink, Retirements::none});
    ask();
  }

  /// True when anybody listens.
  bool observed() const { return !receivers_.empty(); }

  template <class Event>
  void publish(const Event& event) const {
    flush();
    for (const Receiver& receiver : receivers_) receiver.sink->on(event);
    ask();
  }
  void publish(const Retire& event) const {
    flush();
    for (const Receiver& receiver : receivers_) {
      if (receiver.wants != Retirements::none) receiver.sink->on(event);
    }
  }

  /// What anybody needs of the instructions that retire now.
  Retirements wanted() const { return wanted_; }

  /// The event of a plain instruction, to be filled in by the caller before the next call. For when
  /// `wanted()` is `all`; it may be less afterwards.
  Retire& plain() const {
    if (collected_ == plain_.size()) {
      hand_over();
      ask();
    }
    return plain_[collected_++];
  }
  /// Plain instructions, when `wanted()` is `places`.
  void publish(const StraightRun& run) const {
    flush();
    for (Sink* sink : content_with_places_) sink->on_places(run);
  }
  /// Hands over what has been collected.
  void flush() const {
    if (collected_ != 0) hand_over();
  }

 private:
  struct Receiver {
    Sink* sink;
    Retirements wants;
  };

  void hand_over() const {
    const RetireSpan span(plain_.data(), collected_);
    collected_ = 0;
    for (const Receiver& receiver : receivers_) {
      if (receiver.wants >= Retirements::places) receiver.sink->on_plain(span);
    }
  }
  void ask() const {
    wanted_ = Retirements::none;
    content_with_places_.clear();
    for (Receiver& receiver : receivers_) {
      receiver.wants = receiver.sink->wants();
      wanted_ = std::max(wanted_, receiver.wants);
      if (receiver.wants == Retirements::places) content_with_places_.push_back(receiver.sink);
    }
  }

  // Publishing is open to everybody who knows the stream; only attaching changes it.
  mutable std::vector<Receiver> receivers_;
  mutable std::vector<Sink*> content_with_places_;
  mutable Retirements wanted_ = Retirements::none;
  // Few enough to stay in the host's first-level cache until the last receiver has seen them.
  mutable std::array<Retire, 128> plain_;
  mutable std::size_t collected_ = 0;
};

}  // namespace cyclevisor
