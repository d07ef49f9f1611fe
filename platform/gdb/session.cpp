#include "platform/gdb/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "platform/gdb/packet.hpp"
#include "platform/gdb/target_description.hpp"

namespace cyclevisor::gdb {
namespace {

// Any number is an error; GDB's own stub uses these.
constexpr const char* malformed = "E01";
constexpr const char* no_memory = "E14";
constexpr const char* not_writable = "E01";
constexpr unsigned general_registers = 33;  // of `g`: x0..x31 and pc
constexpr std::size_t register_digits = 16;

std::string little_endian(std::uint64_t value) {
  std::string bytes;
  for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i));
  return to_hex(bytes);
}

std::optional<std::uint64_t> from_little_endian(std::string_view digits) {
  const std::optional<std::string> bytes = from_hex(digits);
  if (!bytes || bytes->size() != 8) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<unsigned char>((*bytes)[i]);
  return value;
}

std::string register_text(const std::optional<std::uint64_t>& value) {
  return value ? little_endian(*value) : std::string(register_digits, 'x');
}

/// "addr,length" at the front of `text`.
struct Extent {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
};
std::optional<Extent> take_extent(std::string_view& text) {
  const auto address = take_number(text);
  if (!address || !take(text, ",")) return std::nullopt;
  const auto bytes = take_number(text);
  if (!bytes) return std::nullopt;
  return Extent{*address, *bytes};
}

}  // namespace

Session::Result Session::handle(std::string_view packet) {
  if (packet.empty()) return {};
  const char command = packet.front();
  const std::string_view rest = packet.substr(1);
  const auto answer = [](std::string text) { return Result{Next::listen, std::move(text)}; };
  if (take(packet, "vCont?")) return answer("vCont;c;C;s;S;r");
  if (take(packet, "vCont;")) return resume(packet);
  if (take(packet, "vKill")) return {Next::kill, "OK"};
  switch (command) {
    case '?':
      return answer(stopped({}));
    case '!':
      return answer("OK");
    case 'q':
    case 'Q':
      return answer(query(packet));
    case 'H':
      return answer(select_thread(rest));
    case 'T': {
      std::string_view id = rest;
      return answer(take_thread(id, target_.contexts().count()) ? "OK" : malformed);
    }
    case 'g':
      return answer(read_registers());
    case 'G':
      return answer(write_registers(rest));
    case 'p':
      return answer(read_register(rest));
    case 'P':
      return answer(write_register(rest));
    case 'm':
      return answer(read_memory(rest));
    case 'M':
    case 'X':
      return answer(write_memory(rest, command));
    case 'Z':
    case 'z':
      return answer(change_stop_point(rest, command));
    case 'c':
    case 's':
      return resume_old(command, rest);
    case 'D':
      return detach(rest);
    case 'k':
      return {Next::kill, ""};
    default:
      return {};
  }
}

std::string Session::thread_id(std::size_t program) const {
  const std::size_t number = program + 1;
  return multiprocess_ ? fmt::format("p{:x}.{:x}", number, number) : fmt::format("{:x}", number);
}

std::optional<std::size_t> Session::take_thread(std::string_view& text, std::size_t any) const {
  const auto one = [&](std::size_t otherwise) -> std::optional<std::size_t> {
    if (take(text, "-1")) return otherwise;
    const auto number = take_number(text);
    if (!number || *number > target_.contexts().count()) return std::nullopt;
    return *number == 0 ? otherwise : static_cast<std::size_t>(*number - 1);
  };
  if (!take(text, "p")) return one(any);
  // A process has one thread.
  const std::optional<std::size_t> process = one(any);
  if (!process || !take(text, ".")) return process;
  const std::optional<std::size_t> thread = one(*process);
  return thread == process ? thread : std::nullopt;
}

std::string Session::select_thread(std::string_view packet) {
  if (take(packet, "c")) return "OK";  // vCont says what resumes
  if (!take(packet, "g")) return malformed;
  const auto program = take_thread(packet, target_.contexts().running());
  if (!program) return malformed;
  selected_ = *program;
  return "OK";
}

std::string Session::read_registers() const {
  std::string text;
  for (unsigned number = 0; number < general_registers; ++number) {
    text += register_text(target_.read_register(selected_, number));
  }
  return text;
}

std::string Session::write_registers(std::string_view digits) {
  if (digits.size() != general_registers * register_digits) return malformed;
  std::array<std::uint64_t, general_registers> values{};
  for (unsigned number = 0; number < general_registers; ++number) {
    const auto value = from_little_endian(digits.substr(number * register_digits, register_digits));
    if (!value) return malformed;
    values[number] = *value;
  }
  for (unsigned number = 0; number < general_registers; ++number) {
    if (!target_.write_register(selected_, number, values[number])) return not_writable;
  }
  return "OK";
}

std::string Session::read_register(std::string_view packet) const {
  const auto number = take_number(packet);
  if (!number) return malformed;
  return register_text(target_.read_register(selected_, *number));
}

std::string Session::write_register(std::string_view packet) {
  const auto number = take_number(packet);
  if (!number || !take(packet, "=")) return malformed;
  const auto value = from_little_endian(packet);
  if (!value) return malformed;
  return target_.write_register(selected_, *number, *value) ? "OK" : not_writable;
}

std::string Session::read_memory(std::string_view packet) {
  const auto extent = take_extent(packet);
  if (!extent) return malformed;
  const std::uint64_t bytes = std::min<std::uint64_t>(extent->bytes, max_packet_bytes / 2);
  const std::string contents = target_.read_memory(selected_, extent->address, bytes);
  return contents.empty() && bytes != 0 ? no_memory : to_hex(contents);
}

std::string Session::write_memory(std::string_view packet, char command) {
  const auto extent = take_extent(packet);
  if (!extent || !take(packet, ":")) return malformed;
  const std::optional<std::string> bytes = command == 'X' ? std::string(packet) : from_hex(packet);
  if (!bytes || bytes->size() != extent->bytes) return malformed;
  return target_.write_memory(selected_, extent->address, *bytes) ? "OK" : no_memory;
}

std::string Session::change_stop_point(std::string_view packet, char command) {
  const auto type = take_number(packet);
  if (!type || !take(packet, ",")) return malformed;
  const auto extent = take_extent(packet);
  if (!extent) return malformed;
  const bool insert = command == 'Z';
  if (*type <= 1) {  // software and hardware breakpoints are the same here
    insert ? stop_points_.insert_breakpoint(selected_, extent->address)
           : stop_points_.remove_breakpoint(selected_, extent->address);
    return "OK";
  }
  if (*type > 4) return "";
  constexpr std::array<WatchKind, 3> kinds{WatchKind::write, WatchKind::read, WatchKind::access};
  const Watchpoint point{selected_, kinds[*type - 2], extent->address, extent->bytes};
  insert ? stop_points_.insert_watchpoint(point) : stop_points_.remove_watchpoint(point);
  return "OK";
}

Session::Result Session::resume(std::string_view packet) {
  // The first action that matches a thread counts. There is one hart, so only the stepped thread
  // matters.
  const std::size_t running = target_.contexts().running();
  Resumption wanted;
  bool found = false;
  do {
    if (packet.empty()) return {Next::listen, malformed};
    const char action = packet.front();
    packet.remove_prefix(1);
    Resumption one;
    one.program = running;
    if (action == 'C' || action == 'S') {  // a signal: there is no receiver
      if (!take_number(packet)) return {Next::listen, malformed};
    }
    if (action == 's' || action == 'S') {
      one.kind = Resumption::Kind::step;
    } else if (action == 'r') {
      const auto first = take_number(packet);
      const auto end = take(packet, ",") ? take_number(packet) : std::nullopt;
      if (!first || !end) return {Next::listen, malformed};
      one = {Resumption::Kind::step, running, *first, *end};
    } else if (action != 'c' && action != 'C') {
      return {Next::listen, malformed};
    }
    if (take(packet, ":")) {
      const auto program = take_thread(packet, running);
      if (!program) return {Next::listen, malformed};
      one.program = *program;
    }
    if (!found || (wanted.kind == Resumption::Kind::go && one.kind == Resumption::Kind::step)) {
      wanted = one;
      found = true;
    }
  } while (take(packet, ";"));
  if (!packet.empty()) return {Next::listen, malformed};
  resumption_ = wanted;
  return {Next::resume, ""};
}

Session::Result Session::resume_old(char command, std::string_view address) {
  const std::size_t running = target_.contexts().running();
  if (!address.empty()) {
    const auto pc = take_number(address);
    if (!pc || !target_.write_register(running, register_number::pc, *pc)) {
      return {Next::listen, malformed};
    }
  }
  resumption_ = Resumption();
  resumption_.program = running;
  if (command == 's') resumption_.kind = Resumption::Kind::step;
  return {Next::resume, ""};
}

Session::Result Session::detach(std::string_view packet) {
  if (take(packet, ";")) {
    const auto process = take_number(packet);
    if (!process || *process == 0 || *process > target_.contexts().count()) {
      return {Next::listen, malformed};
    }
    stop_points_.remove_all(*process - 1);
    gone_.insert(*process - 1);
    if (!all_gone()) return {Next::listen, "OK"};
  }
  return {Next::detach, "OK"};
}

std::string Session::stopped(const StopReason& reason) {
  reason_ = reason;
  selected_ = target_.contexts().running();
  return stop_answer();
}

std::string Session::stop_answer() const {
  const std::string thread = fmt::format("thread:{};", thread_id(target_.contexts().running()));
  switch (reason_.kind) {
    case StopReason::Kind::interrupted:
      return "T02" + thread;  // SIGINT
    case StopReason::Kind::watchpoint: {
      constexpr std::array<const char*, 3> names{"watch", "rwatch", "awatch"};
      return fmt::format("T05{}{}:{:x};", thread,
                         names[static_cast<std::size_t>(reason_.watchpoint.kind)],
                         reason_.watchpoint.address);
    }
    case StopReason::Kind::halted:
    case StopReason::Kind::step:
    case StopReason::Kind::breakpoint:
      break;
  }
  return "T05" + thread;  // SIGTRAP
}

std::string Session::ended(int exit_code) {
  std::size_t program = target_.contexts().running();
  if (gone_.count(program) != 0) {
    program = 0;
    while (gone_.count(program) != 0) ++program;
  }
  gone_.insert(program);
  const std::string process = multiprocess_ ? fmt::format(";process:{:x}", program + 1) : "";
  return fmt::format("W{:02x}{}", static_cast<unsigned>(exit_code) & 0xff, process);
}

}  // namespace cyclevisor::gdb
