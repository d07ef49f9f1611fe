#include "guests/linux/init/jitter.hpp"

#include "guests/linux/init/system_call.hpp"
#include "guests/linux/init/text.hpp"

namespace {

constexpr long clock_monotonic = 1;
constexpr long timer_abstime = 1;
constexpr uint64_t nanoseconds_a_second = 1'000'000'000;

struct TimeSpecification {
  int64_t seconds;
  int64_t nanoseconds;
};

bool read_clock(uint64_t& now) {
  TimeSpecification time;
  if (system_call(SystemCall::clock_gettime, clock_monotonic, address_of(time)) != 0) return false;
  now = static_cast<uint64_t>(time.seconds) * nanoseconds_a_second +
        static_cast<uint64_t>(time.nanoseconds);
  return true;
}

bool sleep_until(uint64_t moment) {
  TimeSpecification time{static_cast<int64_t>(moment / nanoseconds_a_second),
                         static_cast<int64_t>(moment % nanoseconds_a_second)};
  return system_call(SystemCall::clock_nanosleep, clock_monotonic, timer_abstime,
                     address_of(time)) == 0;
}

}  // namespace

bool Jitter::measure(uint64_t period_microseconds, unsigned wake_ups) {
  period_microseconds_ = period_microseconds;
  wake_ups_ = wake_ups;
  uint64_t wanted;
  if (!read_clock(wanted)) return false;
  for (unsigned i = 0; i < wake_ups; ++i) {
    wanted += 1000 * period_microseconds;
    uint64_t now;
    if (!sleep_until(wanted) || !read_clock(now) || now < wanted) return false;
    count(now - wanted);
  }
  return true;
}

void Jitter::print() const {
  Text text;
  (text << "period ").number(period_microseconds_, 5) << " us, ";
  text.number(wake_ups_) << " wake-ups, late by: least ";
  (text.number(least_ / 1000) << ", average ").number(sum_ / wake_ups_ / 1000);
  (text << ", greatest ").number(greatest_ / 1000) << " us\n";
  text.print();
  for (unsigned row = 0; row < rows; ++row) {
    if (row + 1 < rows) {
      (text << "  below").number(upper_bound(row), 7);
    } else {
      text << "   or more    ";
    }
    (text << " us").number(histogram_[row], 7) << "\n";
    text.print();
  }
}

/// 10, 20, 50, 100, 200, 500, ... microseconds.
uint64_t Jitter::upper_bound(unsigned row) {
  uint64_t bound = row % 3 == 0 ? 10 : row % 3 == 1 ? 20 : 50;
  for (unsigned decade = row / 3; decade != 0; --decade) bound *= 10;
  return bound;
}

void Jitter::count(uint64_t late_nanoseconds) {
  if (late_nanoseconds < least_) least_ = late_nanoseconds;
  if (late_nanoseconds > greatest_) greatest_ = late_nanoseconds;
  sum_ += late_nanoseconds;
  unsigned row = 0;
  while (row + 1 < rows && late_nanoseconds >= 1000 * upper_bound(row)) ++row;
  ++histogram_[row];
}
