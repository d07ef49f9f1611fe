// The queries of the protocol (GDB manual, "General Query Packets"): features, threads, objects and
// the monitor commands.
#include <fmt/format.h>

#include <algorithm>

#include "platform/gdb/packet.hpp"
#include "platform/gdb/session.hpp"
#include "platform/gdb/target_description.hpp"

namespace cyclevisor::gdb {
namespace {

constexpr const char* malformed = "E01";

std::string xml_text(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '&':
        safe += "&amp;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

/// One answer of qXfer: "m" and a part, or "l" and the last one.
std::string part_of(const std::string& object, std::string_view range) {
  const auto offset = take_number(range);
  const auto length = take(range, ",") ? take_number(range) : std::nullopt;
  if (!offset || !length) return malformed;
  if (*offset >= object.size()) return "l";
  const std::string part =
      object.substr(*offset, std::min<std::uint64_t>(*length, max_packet_bytes / 2));
  return (*offset + part.size() == object.size() ? "l" : "m") + part;
}

constexpr const char* monitor_help =
    "monitor phys on|off   memory commands take physical addresses, or virtual ones of the\n"
    "                      selected thread (the default)\n"
    "monitor cycle         the cycle that the platform stands in\n"
    "monitor help          this text\n";

}  // namespace

std::string Session::query(std::string_view packet) {
  if (take(packet, "qSupported")) return supported(packet);
  if (take(packet, "QStartNoAckMode")) {
    acknowledges_ = false;
    return "OK";
  }
  if (take(packet, "qXfer:")) return transfer_object(packet);
  if (take(packet, "qfThreadInfo")) return thread_list();
  if (take(packet, "qsThreadInfo")) return "l";
  if (take(packet, "qC")) return "QC" + thread_id(target_.contexts().running());
  if (take(packet, "qAttached")) return "1";  // the run continues when the debugger disconnects
  if (take(packet, "qSymbol")) return "OK";
  if (take(packet, "qThreadExtraInfo,")) {
    const auto program = take_thread(packet, target_.contexts().running());
    return program ? to_hex(thread_state(*program)) : malformed;
  }
  if (take(packet, "qRcmd,")) {
    const auto command = from_hex(packet);
    return command ? to_hex(monitor(*command)) : malformed;
  }
  return "";
}

std::string Session::supported(std::string_view features) {
  multiprocess_ = features.find("multiprocess+") != std::string_view::npos;
  return fmt::format(
      "PacketSize={:x};QStartNoAckMode+;vContSupported+;qXfer:features:read+;qXfer:threads:read+;"
      "qXfer:exec-file:read+{}",
      max_packet_bytes, multiprocess_ ? ";multiprocess+" : "");
}

std::string Session::transfer_object(std::string_view packet) {
  if (take(packet, "features:read:target.xml:")) {
    return part_of(target_description(target_.hart()), packet);
  }
  if (take(packet, "exec-file:read:")) {
    std::size_t program = selected_;
    if (const auto process = take_number(packet)) {
      if (*process == 0 || *process > target_.contexts().count()) return malformed;
      program = *process - 1;
    }
    const std::string& file = target_.contexts().at(program).executable;
    return file.empty() || !take(packet, ":") ? malformed : part_of(file, packet);
  }
  if (take(packet, "threads:read::")) return part_of(threads_xml(), packet);
  return "";
}

std::string Session::thread_list() const {
  std::string list;
  for (std::size_t program = 0; program < target_.contexts().count(); ++program) {
    if (gone_.count(program) != 0) continue;
    list += (list.empty() ? "m" : ",") + thread_id(program);
  }
  return list.empty() ? "l" : list;
}

std::string Session::threads_xml() const {
  std::string xml = "<?xml version=\"1.0\"?>\n<threads>\n";
  for (std::size_t program = 0; program < target_.contexts().count(); ++program) {
    if (gone_.count(program) != 0) continue;
    xml += fmt::format("<thread id=\"{}\" core=\"0\" name=\"{}\">{}</thread>\n", thread_id(program),
                       xml_text(target_.contexts().at(program).name), thread_state(program));
  }
  return xml + "</threads>\n";
}

std::string Session::thread_state(std::size_t program) const {
  const Context& context = target_.contexts().at(program);
  if (program == target_.contexts().running()) {
    return fmt::format("{} in {}-mode", target_.hart().waiting() ? "waits" : "runs",
                       name(target_.hart().mode()));
  }
  if (!context.seen) return "has not run yet";
  return fmt::format("left the hart in cycle {}", context.cycle.value);
}

std::string Session::monitor(const std::string& command) {
  if (command == "phys on" || command == "phys off") {
    const bool physical = command == "phys on";
    target_.set_addressing(physical ? Addressing::physical_addresses
                                    : Addressing::virtual_addresses);
    return physical ? "memory addresses are physical\n"
                    : "memory addresses are virtual ones of the selected thread\n";
  }
  if (command == "cycle") return fmt::format("{}\n", target_.hart().now().value);
  if (command == "help") return monitor_help;
  return fmt::format("unknown command; these are known:\n{}", monitor_help);
}

}  // namespace cyclevisor::gdb
