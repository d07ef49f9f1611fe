#include "platform/run/stop_signals.hpp"

#include <csignal>

namespace cyclevisor {
namespace {

std::atomic<int> signal_received{0};
static_assert(std::atomic<int>::is_always_lock_free, "the handler may access nothing else");

constexpr int signals[] = {SIGINT, SIGTERM};

void note(int number) {
  signal_received = number;
  for (const int one : signals) std::signal(one, SIG_DFL);
}

}  // namespace

StopSignals::StopSignals() {
  for (const int one : signals) {
    // A program that was started in the background without job control ignores SIGINT.
    if (std::signal(one, note) == SIG_IGN) std::signal(one, SIG_IGN);
  }
}

StopSignals::~StopSignals() {
  for (const int one : signals) std::signal(one, SIG_DFL);
}

const std::atomic<int>& StopSignals::received() { return signal_received; }

}  // namespace cyclevisor
