// Requests that IHI 0024 does not allow: the timer must not treat them as transfers.
#include <catch2/catch.hpp>

#include "tests/rtl/apb_driver.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

TEST_CASE("without PSEL or PENABLE nothing is accessed") {
  TimerRtl timer(1);
  ApbRequest request;
  request.pwrite = true;
  request.paddr = msip;
  request.pwdata = 1;
  request.pstrb = all_bytes;
  request.penable = true;  // PSEL low
  timer.drive(request);
  CHECK_FALSE(timer.apb().pready);
  timer.step();
  CHECK_FALSE(timer.msip());
  request.psel = true;
  request.penable = false;  // a setup phase of several cycles
  timer.drive(request);
  step(timer, 3);
  CHECK_FALSE(timer.msip());
}
