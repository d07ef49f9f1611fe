// Timer wake-up jitter as cyclictest measures it: sleep until an absolute time, look at the clock.
#pragma once

#include <stdint.h>

class Jitter {
 public:
  /// Sleeps `wake_ups` times, each time until one period after the time it asked for before. False
  /// when the kernel did not do as it was told: the call failed, or returned too early.
  bool measure(uint64_t period_microseconds, unsigned wake_ups);

  /// Prints how late the wake-ups were: least, average, greatest, and the histogram. Always the
  /// same lines, so that two runs can be compared line by line.
  void print() const;

 private:
  static constexpr unsigned rows = 12;
  static uint64_t upper_bound(unsigned row);
  void count(uint64_t late_nanoseconds);

  uint64_t period_microseconds_ = 0;
  unsigned wake_ups_ = 0;
  uint64_t least_ = UINT64_MAX;
  uint64_t greatest_ = 0;
  uint64_t sum_ = 0;
  unsigned histogram_[rows] = {};
};
