// The scripted user at the other end of a serial line: reads the UART's output and types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <vector>

namespace cyclevisor {

/// One step of the script.
struct TerminalStep {
  enum class Kind : std::uint8_t {
    expect,  ///< wait until the UART has sent `text`, searching after the match of the last
             ///< `expect`
    send,    ///< type `text`
    wait,    ///< pause for `cycles` clock cycles
  };
  Kind kind = Kind::send;
  std::string text;  ///< not empty
  std::uint64_t cycles = 0;
};

/// Performs its steps in order, starting at time 0. Typing a character takes one character time, so
/// characters arrive no faster than a line of that rate carries them.
class Terminal : public sc_core::sc_module {
 public:
  /// Receives each typed character once its last bit has arrived.
  using Output = std::function<void(std::uint8_t)>;

  SC_HAS_PROCESS(Terminal);
  Terminal(sc_core::sc_module_name name, sc_core::sc_time clock_period,
           sc_core::sc_time character_time, std::vector<TerminalStep> steps, Output type);

  /// The UART has sent a character at the current time.
  void receive(std::uint8_t character);

  /// True while a character or the end of a pause is scheduled.
  bool active() const { return active_; }
  /// Number of completed steps.
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
  std::size_t step_ = 0;    ///< the current step
  std::size_t typed_ = 0;   ///< characters of the current step already typed
  std::size_t sought_ = 0;  ///< the `expect` step that received characters are matched against
  std::string
      received_tail_;  ///< the last received characters, at most as many as the expected text has
};

}  // namespace cyclevisor
