#include "models/uart/terminal.hpp"

#include <utility>

namespace cyclevisor {

Terminal::Terminal(sc_core::sc_module_name name, sc_core::sc_time clock_period,
                   sc_core::sc_time character_time, std::vector<TerminalStep> steps, Output type)
    : sc_module(name),
      clock_period_(clock_period),
      character_time_(character_time),
      steps_(std::move(steps)),
      type_(std::move(type)),
      sought_(next_expectation(0)) {
  SC_METHOD(act);
  sensitive << next_;
  dont_initialize();
  go_on();
}

std::size_t Terminal::next_expectation(std::size_t from) const {
  while (from < steps_.size() && steps_[from].kind != TerminalStep::Kind::expect) ++from;
  return from;
}

void Terminal::schedule(sc_core::sc_time delay) {
  active_ = true;
  next_.notify(delay);
}

/// Performs what was scheduled.
void Terminal::act() {
  active_ = false;
  const TerminalStep& step = steps_[step_];
  if (step.kind == TerminalStep::Kind::wait) {
    ++step_;
  } else {
    type_(static_cast<std::uint8_t>(step.text[typed_++]));
    if (typed_ == step.text.size()) {
      typed_ = 0;
      ++step_;
    }
  }
  go_on();
}

/// Advances to the next step that takes time and schedules it.
void Terminal::go_on() {
  // An `expect` that has already matched takes none.
  while (step_ < steps_.size() && steps_[step_].kind == TerminalStep::Kind::expect &&
         step_ < sought_) {
    ++step_;
  }
  if (step_ == steps_.size()) return;
  const TerminalStep& step = steps_[step_];
  if (step.kind == TerminalStep::Kind::wait) {
    schedule(sc_core::sc_time::from_value(step.cycles * clock_period_.value()));
  } else if (step.kind == TerminalStep::Kind::send) {
    schedule(character_time_);
  }
}

void Terminal::receive(std::uint8_t character) {
  if (sought_ == steps_.size()) return;
  const std::string& wanted = steps_[sought_].text;
  received_tail_ += static_cast<char>(character);
  if (received_tail_.size() > wanted.size()) received_tail_.erase(0, 1);
  if (received_tail_ != wanted) return;
  received_tail_.clear();
  const bool waited_for = step_ == sought_;
  sought_ = next_expectation(sought_ + 1);
  if (waited_for) go_on();
}

}  // namespace cyclevisor
