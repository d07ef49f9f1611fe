// The APB pins of rtl/timer.sv against IHI 0024: phases, wait states, errors, strobes.
#include <catch2/catch.hpp>

#include "tests/rtl/apb_driver.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

TEST_CASE("a write completes in its first access cycle") {
  TimerRtl timer(1);
  ApbRequest request;
  request.psel = true;
  request.pwrite = true;
  request.paddr = msip;
  request.pwdata = 1;
  request.pstrb = all_bytes;
  timer.drive(request);
  CHECK_FALSE(timer.apb().pready);  // setup phase
  timer.step();
  CHECK_FALSE(timer.msip());  // nothing happens at the end of the setup phase
  request.penable = true;
  timer.drive(request);
  CHECK(timer.apb().pready);
  CHECK_FALSE(timer.apb().pslverr);
  CHECK_FALSE(timer.msip());  // the write takes effect at the edge that ends the transfer
  timer.step();
  CHECK(timer.msip());
}

TEST_CASE("a read has one wait state and holds its data to the end") {
  TimerRtl timer(1);
  ApbRequest request;
  request.psel = true;
  request.paddr = mtime;
  timer.drive(request);
  timer.step();  // cycle 1, first access cycle: here mtime is sampled
  request.penable = true;
  timer.drive(request);
  CHECK_FALSE(timer.apb().pready);
  timer.step();
  CHECK(timer.apb().pready);
  CHECK(timer.apb().prdata == 1);
  CHECK(timer.mtime() == 2);
  timer.step();
  timer.drive(ApbRequest{});
  CHECK_FALSE(timer.apb().pready);
}

TEST_CASE("transfers follow each other without idle cycles") {
  TimerRtl timer(1);
  CHECK(write(timer, mtimecmp, 0x1234).wait_states == 0);
  CHECK(timer.now() == Cycle(2));
  const Outcome first = read(timer, mtimecmp);
  CHECK(first.wait_states == 1);
  CHECK(first.data == 0x1234);
  CHECK(timer.now() == Cycle(5));
  const Outcome second = read(timer, mtimecmp + 4);
  CHECK(second.wait_states == 1);
  CHECK(second.data == 0xffffffff);
  CHECK(timer.now() == Cycle(8));
}

TEST_CASE("an address without a register is a PSLVERR and changes nothing") {
  const std::uint16_t address = GENERATE(0x0001, 0x0002, 0x0004, 0x0008, 0x3ffc, 0x4001, 0x4002,
                                         0x4008, 0xbff0, 0xbff4, 0xbff9, 0xbffe, 0xc000, 0xfffc);
  TimerRtl timer(7);
  CHECK(write(timer, address, 0).error);
  CHECK(write(timer, address, 0xffffffff).error);
  const Outcome outcome = read(timer, address);
  CHECK(outcome.error);
  CHECK(outcome.data == 0);
  CHECK_FALSE(timer.msip());
  CHECK_FALSE(timer.mtip());
  CHECK(timer.mtimecmp() == ~std::uint64_t{0});
  CHECK(timer.mtime() == timer.now().value / 7);
}

TEST_CASE("PSLVERR is low while PREADY is low") {
  TimerRtl timer(1);
  ApbRequest request;
  request.psel = true;
  request.paddr = 0x8;
  timer.drive(request);
  CHECK_FALSE(timer.apb().pslverr);
  timer.step();
  request.penable = true;
  timer.drive(request);
  CHECK_FALSE(timer.apb().pready);
  CHECK_FALSE(timer.apb().pslverr);
  timer.step();
  CHECK(timer.apb().pready);
  CHECK(timer.apb().pslverr);
}

TEST_CASE("each byte strobe writes its own byte") {
  const std::uint8_t strobes = static_cast<std::uint8_t>(GENERATE(range(0, 16)));
  const std::uint16_t half = GENERATE(0, 4);
  std::uint32_t written = 0;
  for (unsigned byte = 0; byte < 4; ++byte)
    if (strobes & (1u << byte)) written |= 0xffu << (8 * byte);
  TimerRtl timer(1000);  // slow enough for mtime not to change meanwhile

  write(timer, mtimecmp + half, 0x12345678, Half::single, strobes);
  CHECK(read(timer, mtimecmp + half).data == ((0x12345678 & written) | ~written));
  CHECK(read(timer, mtimecmp + 4 - half).data == 0xffffffff);

  write(timer, mtime + half, 0x12345678, Half::single, strobes);
  CHECK(read(timer, mtime + half).data == (0x12345678 & written));
  CHECK(read(timer, mtime + 4 - half).data == 0);
}

TEST_CASE("msip needs the strobe of its byte") {
  TimerRtl timer(1);
  write(timer, msip, 0xffffffff, Half::single, 0xe);
  CHECK_FALSE(timer.msip());
  write(timer, msip, 0xffffffff, Half::single, 0x1);
  CHECK(timer.msip());
  CHECK(read(timer, msip).data == 1);  // bits 31:1 are wired to zero (ACLINT, MSIP)
  write(timer, msip, 0xfffffffe);
  CHECK_FALSE(timer.msip());
  CHECK(read(timer, msip).data == 0);
}
