#include "platform/report/event_text.hpp"

#include <fmt/format.h>

#include <type_traits>

#include "models/probe/event_fields.hpp"

namespace cyclevisor {
namespace {

std::string bus_line(const BusRequest& e) {
  return fmt::format("{:12} bus {} of {} bytes at {:#x} begins{}\n", e.cycle.value,
                     e.write ? "write" : "read", e.bytes, e.address.value,
                     e.write ? fmt::format(", data {:#x}", e.data) : "");
}

std::string bus_line(const BusTransfer& e) {
  return fmt::format("{:12} bus {} of {} bytes at {:#x} until {}, data {:#x}{}\n", e.cycle.value,
                     e.write ? "write" : "read", e.bytes, e.address.value, e.end.value, e.data,
                     e.error ? ", error" : "");
}

std::string bus_line(const ApbTransfer& e) {
  return fmt::format("{:12} APB {} at {:#x} until {}, data {:#x}, strobes {:#x}{}\n", e.cycle.value,
                     e.pwrite ? "write" : "read", e.paddr, e.end.value, e.data, e.pstrb,
                     e.pslverr ? ", error" : "");
}

std::string bus_line(const MasterTransfer& e) {
  return fmt::format("{:12} bus master {} {} {} bytes at {:#x} until {}{}\n", e.cycle.value,
                     e.master, e.write ? "writes" : "reads", e.bytes, e.address.value, e.end.value,
                     e.error ? ", error" : "");
}

}  // namespace

bool same_event(const AnyEvent& a, const AnyEvent& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&b](const auto& event) {
        return event_fields(event) == event_fields(std::get<std::decay_t<decltype(event)>>(b));
      },
      a);
}

EventText::EventText(const std::vector<SymbolTable>& symbols)
    : log_(out_, [&symbols](VirtualAddress address, unsigned vm) {
        return vm < symbols.size() ? symbols[vm].describe(address.value) : std::string();
      }) {}

std::string EventText::line(const AnyEvent& event) {
  out_.str("");
  std::visit(
      [this](const auto& e) {
        using Event = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<Event, BusRequest> || std::is_same_v<Event, BusTransfer> ||
                      std::is_same_v<Event, ApbTransfer> ||
                      std::is_same_v<Event, MasterTransfer>) {
          out_ << bus_line(e);
        } else {
          log_.on(e);
        }
      },
      event);
  return out_.str();
}

}  // namespace cyclevisor
