// Process 1 of the Linux guests, and the only one: prints a banner, measures the jitter of timer
// wake-ups and powers off. When something goes wrong it says so and restarts the machine instead,
// which does not count as a pass.
#include "guests/linux/init/jitter.hpp"
#include "guests/linux/init/system_call.hpp"
#include "guests/linux/init/text.hpp"

namespace {

/// Commands of reboot(2).
enum class Reboot : long { power_off = 0x4321fedc, restart = 0x01234567 };

/// Nothing can be done when even this fails; the kernel panics when process 1 ends.
void end(Reboot command) {
  constexpr long first_magic = 0xfee1dead;
  constexpr long second_magic = 672274793;
  constexpr long drain_terminal = 0x5409;  // TCSBRK with an argument other than 0
  system_call(SystemCall::ioctl, 1, drain_terminal, 1);
  system_call(SystemCall::reboot, first_magic, second_magic, static_cast<long>(command));
}

void print_banner() {
  struct {
    char system[65], node[65], release[65], version[65], machine[65], domain[65];
  } name;
  if (system_call(SystemCall::uname, address_of(name)) != 0) return;
  Text text;
  text << "init: " << name.system << " " << name.release << " on " << name.machine
       << " is in user space\n";
  text.print();
}

}  // namespace

extern "C" void init() {
  print_banner();
  constexpr unsigned wake_ups = 100;
  constexpr uint64_t periods_in_microseconds[] = {10'000, 1'000};
  // Measure first and print then: the console's own work is not to be measured.
  static constinit Jitter measured[2];
  for (unsigned i = 0; i < 2; ++i) {
    if (!measured[i].measure(periods_in_microseconds[i], wake_ups)) {
      Text text;
      text << "init: FAIL: clock_nanosleep failed or returned early\n";
      text.print();
      end(Reboot::restart);
    }
  }
  for (const Jitter& jitter : measured) jitter.print();
  end(Reboot::power_off);
}
