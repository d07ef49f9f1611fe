#include "guests/tickless/timer_queue.hpp"

void TimerQueue::insert(SoftwareTimer& timer) {
  SoftwareTimer** link = &first_;
  while (*link != nullptr && (*link)->deadline <= timer.deadline) link = &(*link)->next;
  timer.next = *link;
  *link = &timer;
}
