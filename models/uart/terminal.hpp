// Whoever sits at the other end of a serial line: reads what the UART sends and types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <vector>

namespace cyclevisor {

/// One thing to do.
struct TerminalStep {
  enum class Kind : std::uint8_t {
    expect,  ///< wait until `text` has been sent by the UART, behind what the last `expect` found
    send,    ///< type `text`
    wait,    ///< do nothing for `cycles` clock cycles
  };
  Kind kind = Kind::send;
  std::string text;  ///< not empty
  std::uint64_t cycles = 0;
};

/// Does its steps one after the other, from time 0 on. A character takes one character time to
/// type, so that characters arrive no faster than a line of that rate carries them.
class Terminal : public sc_core::sc_module {
 public:
  /// Receives each typed character when its last bit has arrived.
  using Output = std::function<void(std::uint8_t)>;

  SC_HAS_PROCESS(Terminal);
  Terminal(sc_core::sc_module_name name, sc_core::sc_time clock_period,
           sc_core::sc_time character_time, std::vector<TerminalStep> steps, Output type);

  /// The UART has sent a character at the present time.
  void receive(std::uint8_t character);

  /// True while the next character or the end of a pause is on its way.
  bool active() const { return active_; }
  /// How many steps are done.
  std::size_t done() const { return step_; }
  const std::vector<TerminalStep>& steps() const { return steps_; }

 private:
  void act();
  void go_on();
  void schedule(sc_core::sc_time delay);
  std::size_t next_expectation(std::size_t from) const;

  sc_core::sc_time clock_period_;
  sc_core::sc_time character_time_;
  std::vector<TerminalStep> steps_;
  Output type_;
  sc_core::sc_event next_;
  bool active_ = false;
  std::size_t step_ = 0;       ///< the one being done
  std::size_t typed_ = 0;      ///< characters of it
  std::size_t sought_ = 0;     ///< the expectation that received characters are compared with
  std::string received_tail_;  ///< as many of them as could be its beginning
};

}  // namespace cyclevisor
