// Single events: kept, compared and shown.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "models/hart/trace_log.hpp"
#include "models/probe/event_stream.hpp"
#include "platform/program/symbol_table.hpp"

namespace cyclevisor {

using AnyEvent = std::variant<Retire, Trap, TrapReturn, AddressSpace, Idle, BusRequest, BusTransfer,
                              ApbTransfer, InterruptLine, MasterTransfer>;

/// The same kind of event with the same fields.
bool same_event(const AnyEvent& a, const AnyEvent& b);

/// Keeps the last event.
struct EventCapture : public Sink {
  void on(const Retire& e) override { event = e; }
  void on(const Trap& e) override { event = e; }
  void on(const TrapReturn& e) override { event = e; }
  void on(const AddressSpace& e) override { event = e; }
  void on(const Idle& e) override { event = e; }
  void on(const BusRequest& e) override { event = e; }
  void on(const BusTransfer& e) override { event = e; }
  void on(const ApbTransfer& e) override { event = e; }
  void on(const InterruptLine& e) override { event = e; }
  void on(const MasterTransfer& e) override { event = e; }

  AnyEvent event;
};

/// Lines for people: those of `--trace`, and the bus transfers besides.
class EventText {
 public:
  /// `symbols` as in RunDescription; must outlive the text.
  explicit EventText(const std::vector<SymbolTable>& symbols);

  /// The event's line with its end. Events must come in stream order: they say which VM runs.
  std::string line(const AnyEvent& event);

 private:
  std::ostringstream out_;
  TraceLog log_;
};

}  // namespace cyclevisor
