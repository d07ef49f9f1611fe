// The debug server of a running platform: lets the CPU run, stops it where the debugger asks, and
// answers the debugger while it is stopped. Simulated time stops too: a debugger that only reads
// changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/cpu/execution_control.hpp"
#include "models/probe/event_stream.hpp"
#include "platform/gdb/connection.hpp"
#include "platform/gdb/contexts.hpp"
#include "platform/gdb/packet.hpp"
#include "platform/gdb/session.hpp"
#include "platform/gdb/target.hpp"

namespace cyclevisor::gdb {

class Server : public ExecutionControl, private Sink {
 public:
  /// @param start   Wait::yes: the first instruction waits for a debugger
  /// `watch` must have been attached to `stream`.
  Server(Listener listener, Wait start, Cpu& cpu, const ObservedPlatform& platform,
         const std::vector<std::string>& executables, const VmWatch& watch, EventStream& stream);

  std::uint16_t port() const { return listener_.port(); }

  Cycle control(Cycle now) override;

  /// The run is over: reports it to a connected debugger, and returns once the debugger knows the
  /// end of every process or has disconnected.
  void finish(int exit_code);

  bool altered() const { return target_.altered(); }
  /// True if the debugger ended the run.
  bool killed() const { return killed_; }

 private:
  void on(const Retire& event) override;
  void on(const Trap& event) override;

  void connect(Connection connection);
  void disconnect();
  /// The reason to stop here, if any.
  std::optional<StopReason> stop_reason();
  std::optional<Watchpoint> watched_next();
  bool step_is_done() const;
  bool interrupt_requested();
  /// The inputs of the debugger, one at a time; the rest waits for the next call.
  std::optional<Input> next_input(Wait wait);
  /// Answers commands until one resumes the platform.
  void converse();
  void handle(const Input& input);
  void send(const std::string& answer);

  Cpu& cpu_;
  Listener listener_;
  Contexts contexts_;
  Target target_;
  Wait start_;
  std::optional<Connection> connection_;
  std::optional<Session> session_;
  PacketDecoder decoder_;
  std::string received_;  ///< not decoded yet
  std::string last_frame_;
  bool standing_ = false;
  bool killed_ = false;
  Cycle next_poll_;

  // Since the last resumption:
  bool moved_ = false;          ///< an instruction retired or a trap was taken
  bool retired_ = false;        ///< an instruction of the program that is stepped
  bool reported_ = false;       ///< the watchpoint that the next instruction hits
  std::uint64_t start_pc_ = 0;  ///< of that program
};

}  // namespace cyclevisor::gdb
