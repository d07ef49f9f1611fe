// The commands of GDB's remote serial protocol (GDB manual, "Packets"): maps the contents of a
// packet to the contents of its answer. Packets are not trusted: an unknown one gets the empty
// answer or an error.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "platform/gdb/stop_points.hpp"
#include "platform/gdb/target.hpp"

namespace cyclevisor::gdb {

/// How the debugger wants the platform to resume.
struct Resumption {
  enum class Kind : std::uint8_t {
    go,    ///< until something stops it
    step,  ///< until `program` is about to execute another instruction outside [first, end)
  };
  Kind kind = Kind::go;
  std::size_t program = 0;
  std::uint64_t first = 0;
  std::uint64_t end = 0;
};

/// Why the platform stopped.
struct StopReason {
  enum class Kind : std::uint8_t { halted, interrupted, step, breakpoint, watchpoint };
  Kind kind = Kind::halted;
  Watchpoint watchpoint;
};

/// The consequence of a command, apart from its answer.
enum class Next : std::uint8_t {
  listen,  ///< the next command
  resume,  ///< see Session::resumption; the answer follows with the next stop
  detach,  ///< the debugger detaches; the run continues without it
  kill,    ///< the run ends
};

class Session {
 public:
  explicit Session(Target& target) : target_(target) {}

  struct Result {
    Next next = Next::listen;
    std::string answer;
  };
  Result handle(std::string_view packet);

  const Resumption& resumption() const { return resumption_; }
  StopPoints& stop_points() { return stop_points_; }
  /// False once the debugger has switched acknowledgements off.
  bool acknowledges() const { return acknowledges_; }

  /// The answer to a resuming command: the platform stopped. Selects the program on the hart.
  std::string stopped(const StopReason& reason);
  /// The same when the run is over: reports one process after the other as gone. Not to be called
  /// once `all_gone`.
  std::string ended(int exit_code);
  /// True when every process has been reported as gone.
  bool all_gone() const {
    return multiprocess_ ? gone_.size() == target_.contexts().count() : !gone_.empty();
  }

 private:
  std::string stop_answer() const;
  std::string query(std::string_view packet);
  std::string supported(std::string_view features);
  std::string transfer_object(std::string_view packet);
  std::string threads_xml() const;
  std::string thread_list() const;
  std::string thread_state(std::size_t program) const;
  std::string monitor(const std::string& command);
  std::string select_thread(std::string_view packet);
  std::string read_registers() const;
  std::string write_registers(std::string_view digits);
  std::string read_register(std::string_view packet) const;
  std::string write_register(std::string_view packet);
  std::string read_memory(std::string_view packet);
  std::string write_memory(std::string_view packet, char command);
  std::string change_stop_point(std::string_view packet, char command);
  Result resume(std::string_view packet);
  Result resume_old(char command, std::string_view address);
  Result detach(std::string_view packet);

  /// "p1.1" or "1".
  std::string thread_id(std::size_t program) const;
  /// The program that a thread-id selects; `any` for -1 and 0, nothing if there is none.
  std::optional<std::size_t> take_thread(std::string_view& text, std::size_t any) const;

  Target& target_;
  StopPoints stop_points_;
  Resumption resumption_;
  StopReason reason_;
  /// Selected by Hg: the program that registers, memory and stop points refer to.
  std::size_t selected_ = 0;
  std::set<std::size_t> gone_;  ///< processes that ended or were detached
  bool multiprocess_ = false;
  bool acknowledges_ = true;
};

}  // namespace cyclevisor::gdb
