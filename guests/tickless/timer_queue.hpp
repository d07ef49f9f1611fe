// Software timers on the one hardware comparator, sorted by deadline.
#pragma once

#include <stdint.h>

struct SoftwareTimer {
  uint64_t deadline;  // in ticks of mtime
  SoftwareTimer* next;
};

class TimerQueue {
 public:
  // After those with the same deadline. The timer must not be in the queue.
  void insert(SoftwareTimer& timer);
  // The earliest; null when there is none.
  SoftwareTimer* first() const { return first_; }
  void remove_first() { first_ = first_->next; }

 private:
  SoftwareTimer* first_ = nullptr;
};
