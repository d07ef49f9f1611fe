// Where a VM's virtual UART sends its characters: a physical UART of its own, or one that it shares
// with other VMs.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/drivers/uart.hpp"

namespace cyclevisor::hypervisor {

enum class ConsoleSharing : uint8_t { exclusive, shared };

/// Who gets what is typed: the first of the VMs that share a UART.
enum class ConsoleInput : uint8_t { connected, none };

/// Characters go through unchanged on an exclusive UART. On a shared one they are collected to
/// lines, each printed as "[name] line", so that lines of different VMs do not mix.
class VmConsole {
 public:
  VmConsole() = default;
  /// `name` must stay valid.
  VmConsole(PhysicalUart uart, ConsoleSharing sharing, ConsoleInput input, const char* name)
      : uart_(uart), sharing_(sharing), input_(input), name_(name) {}

  void put(char character) {
    if (sharing_ == ConsoleSharing::exclusive) {
      uart_.put(character);
      return;
    }
    if (character != '\n') line_[length_++] = character;
    if (character == '\n' || length_ == sizeof line_) flush_line();
  }

  /// Prints what a shared console holds back of an unfinished line.
  void flush() {
    if (length_ != 0) flush_line();
  }

  bool has_input() const { return input_ == ConsoleInput::connected && uart_.has_input(); }
  /// The next character; 0 when there is none.
  uint8_t get() const { return has_input() ? uart_.get() : uint8_t{0}; }
  void interrupt_on_input() const {
    if (input_ == ConsoleInput::connected) uart_.interrupt_on_input();
  }
  void never_interrupt() const {
    if (input_ == ConsoleInput::connected) uart_.never_interrupt();
  }

 private:
  void flush_line() {
    uart_.put('[');
    uart_.put(name_);
    uart_.put("] ");
    for (unsigned i = 0; i < length_; ++i) uart_.put(line_[i]);
    uart_.put('\n');
    length_ = 0;
  }

  PhysicalUart uart_;
  ConsoleSharing sharing_ = ConsoleSharing::exclusive;
  ConsoleInput input_ = ConsoleInput::connected;
  const char* name_ = "";
  unsigned length_ = 0;
  char line_[120] = {};
};

}  // namespace cyclevisor::hypervisor
