// The event stream: models publish events, sinks receive them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/probe/code_region.hpp"
#include "models/probe/events.hpp"

namespace cyclevisor {

/// Items of one type, contiguous in memory. Never empty.
template <class Item>
class Span {
 public:
  Span(const Item* first, std::size_t count) : first_(first), count_(count) {}

  const Item* begin() const { return first_; }
  const Item* end() const { return first_ + count_; }
  const Item& front() const { return *first_; }
  const Item& back() const { return first_[count_ - 1]; }
  std::size_t size() const { return count_; }

 private:
  const Item* first_;
  std::size_t count_;
};

/// Plain instructions that retired one after the other. A plain instruction is not a SYSTEM
/// instruction, wrote no CSR and accessed nothing but main memory. There is no other event between
/// them, so all of them retired in one privilege mode and one address space.
using RetireSpan = Span<Retire>;

/// Which retiring instructions a sink needs to see.
enum class Retirements : std::uint8_t {
  none,
  unusual,  ///< those that are not plain (RetireSpan)
  regions,  ///< only which code regions they are in, and until when
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
  virtual void on(const MasterTransfer&) {}

  /// Receives plain instructions in batches. Each one comes exactly once, here or in on(const
  /// Retire&). Override it in a sink that processes a batch faster than single events.
  virtual void on_plain(RetireSpan events) {
    for (const Retire& event : events) on(event);
  }
  /// Receives the instructions as visits to regions, if the sink wants `regions`; they may also
  /// come as single events. Never empty.
  virtual void on_region_visits(Span<RegionVisit>) {}
  /// The region that contains an instruction, for a sink that wants `regions`. The answer never
  /// changes.
  virtual CodeRegion region(VirtualAddress) const { return {}; }

  /// Which instructions the sink needs to see from now on. Called when the sink is attached, after
  /// each event other than Retire, and now and then between instructions. The sink may receive more
  /// than it needs. Events that no sink needs are not even built, and building them is most of the
  /// cost of observing.
  virtual Retirements wants() const { return Retirements::all; }
};

/// The single event stream of a platform. Models hold a reference and publish. A model that has to
/// compute an event's fields checks `observed()` first, so that an unobserved run has no cost.
///
/// The stream collects plain instructions and delivers them together, before any other event and at
/// the end of each run of the hart. To a sink it looks as if they came one by one.
class EventStream {
 public:
  /// Adds a sink, which must outlive the stream's last event. Sinks are called in the order in
  /// which they were attached.
  void attach(Sink& sink) {
    flush();
    receivers_.push_back({&sink, Retirements::none});
    update_wants();
  }

  /// True when a sink is attached.
  bool observed() const { return !receivers_.empty(); }

  template <class Event>
  void publish(const Event& event) const {
    flush();
    for (const Receiver& receiver : receivers_) receiver.sink->on(event);
    update_wants();
  }
  void publish(const Retire& event) const {
    flush();
    for (const Receiver& receiver : receivers_) {
      if (receiver.wants == Retirements::none) continue;
      if (receiver.sink == by_region_ && wanted_ == Retirements::regions) {
        const RegionVisit visit{by_region_->region(event.pc).number, event.cycle};
        by_region_->on_region_visits(Span<RegionVisit>(&visit, 1));
      } else {
        receiver.sink->on(event);
      }
    }
  }

  /// What the sinks together need of the plain instructions that retire now: `none`, `regions` or
  /// `all`.
  Retirements wanted() const { return wanted_; }
  /// Whether a sink needs the events of instructions that are not plain. If not, and regions are
  /// wanted, visits are enough for them too.
  bool wants_unusual() const { return wants_unusual_; }

  /// The event of a plain instruction, which the caller fills in before the next call. Only while
  /// `wanted()` is `all`; it may be less afterwards.
  Retire& plain() const {
    if (collected_ == limit_) {
      deliver();
      update_wants();
      limit_ = plain_.size();
    }
    return plain_[collected_++];
  }
  /// The region of an instruction; the answer never changes. Only while `wanted()` is `regions`.
  CodeRegion region(VirtualAddress pc) const { return by_region_->region(pc); }
  /// Instructions of a region have retired, the last one in cycle `until`. Only while `wanted()` is
  /// `regions`.
  void visit(CodeRegion::Number region, Cycle until) const {
    if (visits_[visit_count_].region != region) begin_visit(region);
    visits_[visit_count_].until = until;
  }
  /// The same for the instruction at `pc`.
  void visit(VirtualAddress pc, Cycle until) const {
    CodeRegion& around = region_cache_[(pc.value >> 6) % region_cache_.size()];
    if (!around.holds(pc)) around = region(pc);
    visit(around.number, until);
  }
  /// Delivers everything that has been collected.
  void flush() const {
    if (collected_ != 0) deliver();
    if (visit_count_ != 0) deliver_visits();
  }

 private:
  struct Receiver {
    Sink* sink;
    Retirements wants;
  };

  void deliver() const {
    const RetireSpan span(plain_.data(), collected_);
    collected_ = 0;
    for (const Receiver& receiver : receivers_) {
      if (receiver.wants >= Retirements::regions) receiver.sink->on_plain(span);
    }
  }
  void begin_visit(CodeRegion::Number region) const {
    if (visit_count_ + 1 == visits_.size()) deliver_visits();
    visits_[++visit_count_].region = region;
  }
  void deliver_visits() const {
    const Span<RegionVisit> span(visits_.data() + 1, visit_count_);
    visit_count_ = 0;
    by_region_->on_region_visits(span);
  }
  void update_wants() const {
    // A sink may need only the next instruction.
    limit_ = 1;
    wanted_ = Retirements::none;
    wants_unusual_ = false;
    for (Receiver& receiver : receivers_) {
      receiver.wants = receiver.sink->wants();
      if (receiver.wants == Retirements::regions) {
        if (by_region_ == nullptr) by_region_ = receiver.sink;
        if (by_region_ != receiver.sink) receiver.wants = Retirements::all;
      }
      if (receiver.wants == Retirements::unusual || receiver.wants == Retirements::all) {
        wants_unusual_ = true;
      }
      if (receiver.wants != Retirements::unusual) wanted_ = std::max(wanted_, receiver.wants);
    }
  }

  // Publishing is possible through a const reference; only attaching a sink is a change.
  mutable std::vector<Receiver> receivers_;
  /// The first sink that wanted regions. Any other such sink has different regions and gets all
  /// instructions.
  mutable Sink* by_region_ = nullptr;
  mutable Retirements wanted_ = Retirements::none;
  mutable bool wants_unusual_ = false;
  // Few enough to stay in the host's first-level cache until the last sink has seen them.
  mutable std::array<Retire, 128> plain_;
  mutable std::size_t collected_ = 0;
  mutable std::size_t limit_ = 1;  ///< the number at which they are delivered
  /// The first element is a sentinel that is in no region.
  mutable std::array<RegionVisit, 64> visits_{{{CodeRegion::max_number, Cycle()}}};
  mutable std::size_t visit_count_ = 0;
  mutable std::array<CodeRegion, 64> region_cache_;  ///< direct-mapped, indexed by address bits
};

}  // namespace cyclevisor
