#include "models/memory/memory.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "tests/models/bus/initiator.hpp"

namespace cyclevisor {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t size = 0x1000;

struct MemoryTest {
  Memory memory{"memory", size, sc_time(10, SC_NS)};
  TestInitiator initiator{"initiator"};
  MemoryTest() {
    initiator.socket.bind(memory.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
};

TEST_CASE("memory is initially zero and keeps what is written") {
  MemoryTest t;
  CHECK(t.initiator.read(0xff8, 8) == 0);
  CHECK(t.initiator.write(0xff8, 0x1122334455667788, 8) == tlm::TLM_OK_RESPONSE);
  CHECK(t.initiator.read(0xff8, 8) == 0x1122334455667788);
  CHECK(t.initiator.read(0xffa, 2) == 0x5566);
  CHECK(t.initiator.delay == sc_time(40, SC_NS));
}

TEST_CASE("memory refuses accesses outside it, wholly or partially") {
  MemoryTest t;
  CHECK(t.initiator.write(size, 1, 1) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.initiator.write(size - 4, 1, 8) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.initiator.write(~std::uint64_t{0}, 1, 2) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.initiator.read(size - 4, 4) == 0);
}

TEST_CASE("byte enables select bytes and repeat") {
  MemoryTest t;
  Bytes data{1, 2, 3, 4, 5, 6, 7, 8};
  Bytes enables{0xff, 0};
  t.initiator.prepare(tlm::TLM_WRITE_COMMAND, 0, data);
  t.initiator.payload.set_byte_enable_ptr(enables.data());
  t.initiator.payload.set_byte_enable_length(2);
  CHECK(t.initiator.send() == tlm::TLM_OK_RESPONSE);
  CHECK(t.initiator.read(0, 8) == 0x0007000500030001);

  Bytes readback(8, 0xaa);
  t.initiator.prepare(tlm::TLM_READ_COMMAND, 0, readback);
  t.initiator.payload.set_byte_enable_ptr(enables.data());
  t.initiator.payload.set_byte_enable_length(2);
  CHECK(t.initiator.send() == tlm::TLM_OK_RESPONSE);
  CHECK(readback == Bytes{1, 0xaa, 3, 0xaa, 5, 0xaa, 7, 0xaa});

  t.initiator.prepare(tlm::TLM_WRITE_COMMAND, 0, data);
  t.initiator.payload.set_byte_enable_ptr(enables.data());
  t.initiator.payload.set_byte_enable_length(0);
  CHECK(t.initiator.send() == tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
}

TEST_CASE("a streaming width below the data length wraps the address") {
  MemoryTest t;
  Bytes data{1, 2, 3, 4, 5, 6};
  t.initiator.prepare(tlm::TLM_WRITE_COMMAND, size - 2, data);
  t.initiator.payload.set_streaming_width(2);
  CHECK(t.initiator.send() == tlm::TLM_OK_RESPONSE);
  CHECK(t.initiator.read(size - 2, 2) == 0x0605);
  t.initiator.prepare(tlm::TLM_WRITE_COMMAND, 0, data);
  t.initiator.payload.set_streaming_width(0);
  CHECK(t.initiator.send() == tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST_CASE("DMI covers the memory and is hinted at") {
  MemoryTest t;
  t.initiator.write(8, 0x77, 1);
  CHECK(t.initiator.payload.is_dmi_allowed());
  tlm::tlm_dmi dmi;
  t.initiator.payload.set_address(8);
  REQUIRE(t.initiator.socket->get_direct_mem_ptr(t.initiator.payload, dmi));
  CHECK(dmi.get_start_address() == 0);
  CHECK(dmi.get_end_address() == size - 1);
  CHECK(dmi.is_read_write_allowed());
  CHECK(dmi.get_read_latency() == sc_time(10, SC_NS));
  CHECK(dmi.get_dmi_ptr()[8] == 0x77);
}

TEST_CASE("a watched doubleword reports writes and is excluded from DMI") {
  MemoryTest t;
  std::vector<std::uint64_t> seen;
  t.memory.watch(0x100, [&](std::uint64_t value) { seen.push_back(value); });
  t.initiator.write(0x0f8, 1, 8);
  t.initiator.write(0x108, 1, 8);
  CHECK(seen.empty());
  t.initiator.write(0x100, 3, 8);
  t.initiator.write(0x104, 1, 4);
  CHECK(seen == std::vector<std::uint64_t>{3, 0x100000003});
  t.initiator.read(0x100, 8);
  CHECK(seen.size() == 2);

  tlm::tlm_dmi dmi;
  t.initiator.payload.set_address(0xff);
  REQUIRE(t.initiator.socket->get_direct_mem_ptr(t.initiator.payload, dmi));
  CHECK(dmi.get_end_address() == 0xff);
  t.initiator.payload.set_address(0x108);
  REQUIRE(t.initiator.socket->get_direct_mem_ptr(t.initiator.payload, dmi));
  CHECK(dmi.get_start_address() == 0x108);
  t.initiator.payload.set_address(0x100);
  CHECK_FALSE(t.initiator.socket->get_direct_mem_ptr(t.initiator.payload, dmi));
  CHECK(dmi.is_none_allowed());
}

struct WatchLater : sc_core::sc_module {
  Memory& memory;
  SC_HAS_PROCESS(WatchLater);
  WatchLater(sc_core::sc_module_name name, Memory& m) : sc_module(name), memory(m) {
    SC_THREAD(thread);
  }
  void thread() {
    memory.watch(0x40, [](std::uint64_t) {});
  }
};

TEST_CASE("a watch set while running invalidates DMI") {
  Memory memory{"memory", size, sc_core::SC_ZERO_TIME};
  TestInitiator initiator{"initiator"};
  initiator.socket.bind(memory.socket);
  WatchLater later{"later", memory};
  sc_core::sc_start(sc_time(1, SC_NS));
  REQUIRE(initiator.invalidations.size() == 1);
  CHECK(initiator.invalidations[0].start == 0x40);
  CHECK(initiator.invalidations[0].end == 0x47);
}

TEST_CASE("debug transport is truncated at the end of the memory and takes no time") {
  MemoryTest t;
  Bytes data{1, 2, 3, 4};
  CHECK(t.initiator.debug(tlm::TLM_WRITE_COMMAND, size - 2, data) == 2);
  CHECK(t.initiator.debug(tlm::TLM_WRITE_COMMAND, size, data) == 0);
  Bytes back(2);
  CHECK(t.initiator.debug(tlm::TLM_READ_COMMAND, size - 2, back) == 2);
  CHECK(back == Bytes{1, 2});
  CHECK(t.initiator.delay == sc_core::SC_ZERO_TIME);
}

}  // namespace
}  // namespace cyclevisor
