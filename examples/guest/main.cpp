// An example guest: ten deadlines, a millisecond apart, each waited for in WFI.
#include "guests/common/console.hpp"
#include "guests/common/csr.hpp"
#include "guests/common/timer.hpp"

int main() {
  csr_write<csr_mie>(mip_mtip);  // wakes from WFI; mstatus.MIE stays clear, so nothing traps
  uint64_t deadline = timer::mtime();
  for (uint64_t tick = 1; tick <= 10; ++tick) {
    deadline += 10000;
    timer::set_mtimecmp(deadline);
    while (timer::mtime() < deadline) asm volatile("wfi");
    print("tick ", tick, "\n");
  }
  timer::set_mtimecmp(timer::never);
  return 0;  // a pass
}
