// A debugger on a running platform: lets the CPU run, stops it where the debugger wants it, and
// talks to the debugger while it stands still. Simulated time stands still too: a debugger that
// only looks changes nothing.
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

  /// The run is over: tells a debugger that is connected, and stays until it has heard of the end
  /// of every process or has gone.
  void finish(int exit_code);

  bool altered() const { return target_.altered(); }
  /// True when the debugger ended the run.
  bool killed() const { return killed_; }

 private:
  void on(const Retire& event) override;
  void on(const Trap& event) override;

  void connect(Connection connection);
  void disconnect();
  /// Why to stop here, if so.
  std::optional<StopReason> stop_reason();
  bool step_is_done() const;
  bool interrupt_requested();
  /// What the debugger has sent, one by one; what follows waits for the next call.
  std::optional<Input> next_input(Wait wait);
  /// Answers commands until one lets the platform run.
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
  std::uint64_t start_pc_ = 0;  ///< of that program
  std::optional<Watchpoint> watchpoint_;
};

}  // namespace cyclevisor::gdb
