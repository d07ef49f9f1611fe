// The TLM-2.0 to APB bridge: base protocol (IEEE 1666-2011, clauses 11 to 14), cycles, events. Each
// test runs in both synchronization modes.
#include <catch2/catch.hpp>

#include "tests/models/rtl_bridge/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using Lines = std::vector<std::string>;

namespace {
constexpr std::uint64_t msip = 0x0, mtimecmp = 0x4000, mtime = 0xbff8;
}

TEST_CASE("accesses of every size take the cycles of their transfers") {
  BothModes both(1000);
  both.thread([](Bench& b) {
    CHECK(b.write(mtimecmp, 8, 0x1122334455667788).done == Cycle(4));
    Result r = b.read(mtimecmp, 8);
    CHECK(r.data == 0x1122334455667788);
    CHECK(r.done == Cycle(10));
    r = b.read(mtimecmp + 4, 4);
    CHECK(r.data == 0x11223344);
    CHECK(r.done == Cycle(13));
    CHECK(b.read(mtimecmp + 2, 2).data == 0x5566);
    CHECK(b.read(mtimecmp + 5, 1).data == 0x33);
    CHECK(b.write(mtimecmp + 3, 1, 0xaa).done == Cycle(21));
    CHECK(b.write(mtimecmp + 6, 2, 0xbbcc).done == Cycle(23));
    CHECK(b.write(mtimecmp, 4, 0xdddddddd).done == Cycle(25));
    CHECK(b.read(mtimecmp, 8).data == 0xbbcc3344dddddddd);
  });
  REQUIRE(both.run(100));
  CHECK(both.fast.recorder.lines() == both.lockstep.recorder.lines());
}

TEST_CASE("transfers are published with their cycles") {
  BothModes both(1000);
  both.thread([](Bench& b) {
    b.write(mtimecmp, 8, 0x100000002);
    b.read(mtimecmp + 1, 1);
  });
  REQUIRE(both.run(100));
  const Lines expected{"apb @0-1 write 16384 strobes 15 data 2",
                       "apb @2-3 write 16388 strobes 15 data 1",
                       "apb @4-6 read 16384 strobes 0 data 2"};
  CHECK(both.fast.recorder.lines() == expected);
  CHECK(both.lockstep.recorder.lines() == expected);
}

TEST_CASE("the annotated delay passes before the pins change") {
  BothModes both(1);
  both.thread([](Bench& b) {
    const Result r = b.read(mtime, 4, Cycle(25));
    CHECK(r.data == 26);  // setup in cycle 25, sampled in the first access cycle
    CHECK(r.done == Cycle(28));
    CHECK(cycle_now() == Cycle(28));
  });
  REQUIRE(both.run(100));
  CHECK(both.fast.recorder.lines() == Lines{"apb @25-27 read 49144 strobes 0 data 26"});
  CHECK(both.lockstep.recorder.lines() == both.fast.recorder.lines());
}

TEST_CASE("an access between two edges begins at the next one") {
  BothModes both(1);
  both.thread([](Bench& b) {
    sc_core::wait(3.25 * period);
    CHECK(b.write(mtimecmp, 4, 0).done == Cycle(6));
  });
  REQUIRE(both.run(100));
  CHECK(both.fast.recorder.lines() == Lines{"apb @4-5 write 16384 strobes 15 data 0"});
  CHECK(both.lockstep.recorder.lines() == both.fast.recorder.lines());
}

TEST_CASE("errors have the response status of the base protocol") {
  BothModes both(1);
  both.thread([](Bench& b) {
    CHECK(b.read(0x10000, 4).status == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(b.read(0xfffc, 8).status == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(b.read(~std::uint64_t{0}, 4).status == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(b.read(mtime, 3).status == tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(b.read(mtime, 0).status == tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(b.read(mtimecmp, 16).status == tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(b.read(mtimecmp + 4, 8).status == tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(b.read(mtimecmp + 1, 2).status == tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(cycle_now() == Cycle(0));  // none of them reached the pins
    CHECK(b.read(0x8, 4).status == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(cycle_now() == Cycle(3));
    CHECK(b.write(0x8, 4, 1).status == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(cycle_now() == Cycle(5));
    // msip has 32 bits: the first transfer fails and there is no second.
    CHECK(b.write(msip, 8, 1).status == tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(cycle_now() == Cycle(7));
    b.timer.advance_to(cycle_now());
    CHECK_FALSE(b.timer.msip());
    CHECK(b.write(msip, 4, 1).status == tlm::TLM_OK_RESPONSE);
    b.timer.advance_to(cycle_now());
    CHECK(b.timer.msip());
  });
  REQUIRE(both.run(100));
  const Lines expected{"apb @0-2 read 8 strobes 0 data 0 error",
                       "apb @3-4 write 8 strobes 15 data 1 error",
                       "apb @5-6 write 0 strobes 15 data 1 error",
                       "apb @7-8 write 0 strobes 15 data 1", "line @9 3 high"};
  CHECK(both.fast.recorder.lines() == expected);
  CHECK(both.lockstep.recorder.lines() == expected);
}

TEST_CASE("streaming width and DMI and the ignore command") {
  BothModes both(1);
  both.thread([](Bench& b) {
    unsigned char data[8] = {1};
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_address(mtime);
    payload.set_data_ptr(data);
    payload.set_data_length(8);
    payload.set_streaming_width(4);
    CHECK(b.send(payload).status == tlm::TLM_BURST_ERROR_RESPONSE);
    payload.set_streaming_width(64);
    CHECK(b.send(payload).status == tlm::TLM_OK_RESPONSE);
    CHECK_FALSE(payload.is_dmi_allowed());
    tlm::tlm_dmi dmi;
    CHECK_FALSE(b.socket->get_direct_mem_ptr(payload, dmi));
    payload.set_command(tlm::TLM_IGNORE_COMMAND);
    const Cycle before = cycle_now();
    CHECK(b.send(payload).status == tlm::TLM_OK_RESPONSE);
    CHECK(cycle_now() == before);
  });
  REQUIRE(both.run(100));
}

TEST_CASE("byte enables become strobes and choose the bytes that a read returns") {
  BothModes both(1000);
  both.thread([](Bench& b) {
    unsigned char data[8] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77};
    unsigned char enables[8] = {0, 0xff, 0xff, 0, 0, 0, 0, 0xff};
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    payload.set_address(mtimecmp);
    payload.set_data_ptr(data);
    payload.set_data_length(8);
    payload.set_streaming_width(8);
    payload.set_byte_enable_ptr(enables);
    payload.set_byte_enable_length(8);
    CHECK(b.send(payload).status == tlm::TLM_OK_RESPONSE);
    CHECK(b.read(mtimecmp, 8).data == 0x77ffffffff2211ff);

    std::memset(data, 0xee, sizeof data);
    unsigned char every_other[2] = {0xff, 0};  // repeats
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_byte_enable_ptr(every_other);
    payload.set_byte_enable_length(2);
    const Result r = b.send(payload);
    CHECK(r.status == tlm::TLM_OK_RESPONSE);
    CHECK(r.data == 0xeeffeeffee22eeff);

    every_other[1] = 0x0f;
    CHECK(b.send(payload).status == tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    payload.set_byte_enable_length(0);
    CHECK(b.send(payload).status == tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  });
  REQUIRE(both.run(100));
  CHECK(both.fast.recorder.lines().front() == "apb @0-1 write 16384 strobes 6 data 857870592");
}

TEST_CASE("a 64-bit access is atomic") {
  BothModes both(1);
  both.thread([](Bench& b) {
    for (std::uint64_t distance = 0; distance < 8; ++distance) {
      const std::uint64_t start = 0x2ffffffff - distance;  // the carry occurs during the read
      b.write(mtime, 8, start);
      CHECK(b.read(mtime, 8).data == start + 1);
    }
    b.write(mtimecmp, 8, 0x300001000);
    b.write(mtimecmp, 8, 0x400000000);  // low half first would be a past deadline for two cycles
    b.timer.advance_to(cycle_now());
  });
  REQUIRE(both.run(200));
  for (const std::string& line : both.fast.recorder.lines()) CHECK(line.find("line") != 0);
  CHECK(both.fast.recorder.lines() == both.lockstep.recorder.lines());
}

TEST_CASE("interrupt lines are published at their exact cycle") {
  BothModes both(10);
  both.thread([](Bench& b) {
    b.write(mtimecmp, 8, 20);
    b.write(msip, 4, 1);
    sc_core::wait(1000 * period);
    b.timer.advance_to(cycle_now());
    CHECK(b.timer.mtip());
    b.write(mtimecmp, 8, 105);
    CHECK(b.timer.horizon() == Cycle(1010));
    b.timer.advance_to(cycle_now());
    CHECK_FALSE(b.timer.mtip());
    b.write(msip, 4, 0);
    sc_core::wait(100 * period);
    b.timer.advance_to(cycle_now());
    CHECK(b.timer.mtip());
    b.write(mtimecmp, 8, 111);  // reached in the cycle in which the write takes effect
    b.timer.advance_to(cycle_now());
    CHECK(b.timer.mtip());
  });
  REQUIRE(both.run(2000));
  const Lines expected{"apb @0-1 write 16384 strobes 15 data 20",
                       "apb @2-3 write 16388 strobes 15 data 0",
                       "apb @4-5 write 0 strobes 15 data 1",
                       "line @6 3 high",
                       "line @200 7 high",
                       "apb @1006-1007 write 16384 strobes 15 data 105",
                       "apb @1008-1009 write 16388 strobes 15 data 0",
                       "line @1010 7 low",
                       "apb @1010-1011 write 0 strobes 15 data 0",
                       "line @1012 3 low",
                       "line @1050 7 high",
                       "apb @1112-1113 write 16384 strobes 15 data 111",
                       "apb @1114-1115 write 16388 strobes 15 data 0"};
  CHECK(both.fast.recorder.lines() == expected);
  CHECK(both.lockstep.recorder.lines() == expected);
}

TEST_CASE("a line change follows every event of the previous cycle") {
  BothModes both(10);
  both.thread([](Bench& b) {
    const Result r = b.write(msip, 4, 1);
    const Cycle last = r.done - Cycle(1);
    b.timer.advance_to(last);  // as a processor does before it retires the store
    CHECK_FALSE(b.timer.msip());
    CHECK(b.timer.horizon() == r.done);
    Retire retire;
    retire.cycle = last;
    b.events.publish(retire);
    b.timer.advance_to(r.done);
    CHECK(b.timer.msip());
  });
  REQUIRE(both.run(100));
  const Lines expected{"apb @0-1 write 0 strobes 15 data 1", "retire @1 pc 0 value 0",
                       "line @2 3 high"};
  CHECK(both.fast.recorder.lines() == expected);
  CHECK(both.lockstep.recorder.lines() == expected);
}

TEST_CASE("debug transport has no transfers and takes no time") {
  BothModes both(10);
  both.thread([](Bench& b) {
    b.write(mtimecmp, 8, 0x1122334455667788);
    sc_core::wait(96 * period);
    b.timer.advance_to(cycle_now());
    unsigned char data[16] = {};
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_data_ptr(data);
    payload.set_address(mtimecmp +
                        3);  // any alignment and length; stops at the end of the register
    payload.set_data_length(16);
    CHECK(b.socket->transport_dbg(payload) == 5);
    CHECK(data[0] == 0x55);
    CHECK(data[4] == 0x11);
    payload.set_address(mtime);
    payload.set_data_length(8);
    CHECK(b.socket->transport_dbg(payload) == 8);
    CHECK(data[0] == 10);
    payload.set_address(0x8);
    CHECK(b.socket->transport_dbg(payload) == 0);

    payload.set_command(tlm::TLM_WRITE_COMMAND);
    payload.set_address(mtimecmp);
    std::memset(data, 0, sizeof data);
    data[0] = 10;
    CHECK(b.socket->transport_dbg(payload) == 8);
    CHECK(cycle_now() == Cycle(100));
    CHECK(b.timer.horizon() == Cycle(101));
    b.timer.advance_to(Cycle(101));
    CHECK(b.timer.mtip());
    payload.set_address(msip);
    payload.set_data_length(4);
    data[0] = 1;
    CHECK(b.socket->transport_dbg(payload) == 4);
    b.timer.advance_to(Cycle(102));
    CHECK(b.timer.msip());
  });
  REQUIRE(both.run(200));
  const Lines expected{"apb @0-1 write 16384 strobes 15 data 1432778632",
                       "apb @2-3 write 16388 strobes 15 data 287454020", "line @101 7 high",
                       "line @102 3 high"};
  CHECK(both.fast.recorder.lines() == expected);
  CHECK(both.lockstep.recorder.lines() == expected);
}

TEST_CASE("transfers of two initiators are serialized") {
  BothModes both(1000);
  both.thread([](Bench& b) {
    for (int i = 0; i < 20; ++i) b.write(mtimecmp, 8, 0x1111111111111111);
  });
  both.thread([](Bench& b) {
    for (int i = 0; i < 20; ++i) b.write(mtimecmp, 8, 0x2222222222222222);
  });
  REQUIRE(both.run(400));
  const Lines& lines = both.fast.recorder.lines();
  REQUIRE(lines.size() == 80);
  for (std::size_t i = 0; i < lines.size(); i += 2) {
    const std::string low = lines[i].substr(lines[i].find(" data"));
    CHECK(lines[i + 1].find(low) != std::string::npos);
    CHECK(lines[i].find("apb @" + std::to_string(2 * i) + "-") == 0);
  }
  CHECK(lines == both.lockstep.recorder.lines());
}

TEST_CASE("advancing to the current or an earlier cycle does nothing") {
  BothModes both(1);
  both.thread([](Bench& b) {
    sc_core::wait(50 * period);
    b.timer.advance_to(Cycle(50));
    CHECK(b.timer.rtl().now() == Cycle(50));
    b.timer.advance_to(Cycle(50));
    b.timer.advance_to(Cycle(10));
    CHECK(b.timer.rtl().now() == Cycle(50));
    CHECK(b.timer.mtime(Cycle(50)) == 50);
    CHECK(b.timer.mtime(Cycle(60)) == 60);
  });
  REQUIRE(both.run(100));
  CHECK(both.lockstep.timer.horizon() == both.lockstep.timer.rtl().now() + Cycle(1));
}

TEST_CASE("an access before the timer's current cycle is refused") {
  Bench bench("bench", 1, SyncMode::fast);
  bool refused = false;
  bench.thread([&] {
    bench.timer.advance_to(Cycle(10));
    try {
      bench.read(mtime, 4);
    } catch (const sc_core::sc_report&) {
      refused = true;
    }
  });
  sc_core::sc_start(100 * period);
  CHECK(refused);
}
