#include "models/bus/bus.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "models/bus/register_target.hpp"
#include "models/memory/memory.hpp"
#include "tests/models/bus/initiator.hpp"

namespace cyclevisor {
namespace {

using Bytes = std::vector<std::uint8_t>;
using sc_core::SC_NS;
using sc_core::sc_time;

struct BusTest {
  Bus bus{"bus",
          2,
          {{"low", PhysicalAddress(0x1000), 0x1000},
           {"high", PhysicalAddress(0xffff'ffff'ffff'f000), 0x1000}}};
  Memory low{"low", 0x2000, sc_core::SC_ZERO_TIME};  // larger than its window
  Memory high{"high", 0x1000, sc_time(10, SC_NS)};
  TestInitiator first{"first"};
  TestInitiator second{"second"};
  BusTest() {
    first.socket.bind(bus.from_initiator[0]);
    second.socket.bind(bus.from_initiator[1]);
    bus.to_target[0].bind(low.socket);
    bus.to_target[1].bind(high.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
};

TEST_CASE("every initiator reaches every target, which sees offsets") {
  BusTest t;
  CHECK(t.first.write(0x1010, 0xab, 1) == tlm::TLM_OK_RESPONSE);
  CHECK(t.second.write(0xffff'ffff'ffff'ffff, 0xcd, 1) == tlm::TLM_OK_RESPONSE);
  CHECK(t.low.data()[0x10] == std::byte{0xab});
  CHECK(t.high.data()[0xfff] == std::byte{0xcd});
  CHECK(t.second.read(0x1010, 1) == 0xab);
  CHECK(t.second.delay == sc_time(10, SC_NS));
  CHECK(t.second.payload.get_address() == 0x1010);
}

TEST_CASE("an address outside every window is an address error and takes no time") {
  BusTest t;
  for (const std::uint64_t address : {0x0ull, 0xfffull, 0x2000ull, 0xffff'ffff'ffff'efffull}) {
    CHECK(t.first.write(address, 0, 1) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
  CHECK(t.first.write(0x1ffc, 0, 8) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.first.write(0x0ffc, 0, 8) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.first.write(0xffff'ffff'ffff'fffc, 0, 8) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.first.delay == sc_core::SC_ZERO_TIME);
}

TEST_CASE("a window does not exist for an initiator that it excludes") {
  Bus bus{"bus", 2, {{"data", PhysicalAddress(0x1000), 0x1000, 0b10}}};
  Memory memory{"memory", 0x1000, sc_core::SC_ZERO_TIME};
  TestInitiator fetch{"fetch"};
  TestInitiator data{"data"};
  fetch.socket.bind(bus.from_initiator[0]);
  data.socket.bind(bus.from_initiator[1]);
  bus.to_target[0].bind(memory.socket);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  CHECK(data.write(0x1010, 0xab, 1) == tlm::TLM_OK_RESPONSE);
  CHECK(fetch.write(0x1010, 0xcd, 1) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  tlm::tlm_dmi dmi;
  fetch.payload.set_address(0x1000);
  CHECK_FALSE(fetch.socket->get_direct_mem_ptr(fetch.payload, dmi));
  CHECK(fetch.socket->transport_dbg(fetch.payload) == 0);
  CHECK(memory.data()[0x10] == std::byte{0xab});
}

TEST_CASE("DMI regions are in the initiator's addresses, clipped to the window") {
  BusTest t;
  tlm::tlm_dmi dmi;
  t.first.payload.set_address(0x1800);
  REQUIRE(t.first.socket->get_direct_mem_ptr(t.first.payload, dmi));
  CHECK(dmi.get_start_address() == 0x1000);
  CHECK(dmi.get_end_address() == 0x1fff);
  CHECK(dmi.get_dmi_ptr() == reinterpret_cast<unsigned char*>(t.low.data()));
  CHECK(t.first.payload.get_address() == 0x1800);
  t.first.payload.set_address(0x2000);
  CHECK_FALSE(t.first.socket->get_direct_mem_ptr(t.first.payload, dmi));
  CHECK(dmi.is_none_allowed());
}

TEST_CASE("an invalidation reaches every initiator in its addresses, clipped to the window") {
  BusTest t;
  t.low.socket->invalidate_direct_mem_ptr(0x800, 0x1800);
  t.low.socket->invalidate_direct_mem_ptr(0x1000, 0x1fff);
  for (const TestInitiator* initiator : {&t.first, &t.second}) {
    REQUIRE(initiator->invalidations.size() == 1);
    CHECK(initiator->invalidations[0].start == 0x1800);
    CHECK(initiator->invalidations[0].end == 0x1fff);
  }
}

TEST_CASE("debug transport is truncated at the end of the window") {
  BusTest t;
  Bytes data{1, 2, 3, 4};
  CHECK(t.first.debug(tlm::TLM_WRITE_COMMAND, 0x1ffe, data) == 2);
  CHECK(t.first.debug(tlm::TLM_WRITE_COMMAND, 0x2000, data) == 0);
  CHECK(t.low.data()[0x1000] == std::byte{0});
}

TEST_CASE("overlapping, empty and wrapping windows are elaboration errors") {
  sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW);
  const auto build = [](std::vector<BusWindow> map) { Bus bus("bus", 1, std::move(map)); };
  CHECK_THROWS_WITH(
      build({{"a", PhysicalAddress(0x1000), 0x1000}, {"b", PhysicalAddress(0x1fff), 1}}),
      Catch::Contains("'a' and 'b' overlap"));
  CHECK_THROWS_WITH(build({{"a", PhysicalAddress(0x1000), 0}}), Catch::Contains("'a' is empty"));
  CHECK_THROWS_WITH(build({{"a", PhysicalAddress(~std::uint64_t{0}), 2}}),
                    Catch::Contains("wraps"));
}

// A RegisterTarget with a 4-byte register that counts its reads, a gap and a byte register.
struct Device : RegisterTarget {
  std::vector<std::uint64_t> writes;
  std::uint64_t reads = 0;
  std::vector<std::uint64_t> bytes_written;
  explicit Device(sc_core::sc_module_name name) : RegisterTarget(name, sc_time(10, SC_NS)) {
    declare({
        {"count", 0, 4, [this] { return 0x11223300 + ++reads; },
         [this](std::uint64_t v) { writes.push_back(v); }, [this] { return 0x11223300 + reads; }},
        {"byte", 8, 1, {}, [this](std::uint64_t v) { bytes_written.push_back(v); }, {}},
    });
  }
};

struct RegisterTest {
  Device device{"device"};
  TestInitiator initiator{"initiator"};
  RegisterTest() {
    initiator.socket.bind(device.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
};

TEST_CASE("one access to a register has one effect, whole or partial") {
  RegisterTest t;
  CHECK(t.initiator.read(0, 4) == 0x11223301);
  CHECK(t.initiator.read(2, 2) == 0x1122);
  CHECK(t.device.reads == 2);
  CHECK(t.initiator.write(1, 0xabcd, 2) == tlm::TLM_OK_RESPONSE);
  CHECK(t.device.writes == std::vector<std::uint64_t>{0x00abcd00});
  CHECK(t.initiator.read(8, 1) == 0);
  CHECK(t.initiator.delay == sc_time(40, SC_NS));
}

TEST_CASE("an access that extends beyond the registers accesses none of them") {
  RegisterTest t;
  CHECK(t.initiator.write(2, 0, 4) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.initiator.write(8, 0, 2) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.initiator.write(9, 0, 1) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(t.device.writes.empty());
  CHECK(t.device.bytes_written.empty());
}

TEST_CASE("each beat of a stream accesses the same register") {
  RegisterTest t;
  Bytes data{'a', 'b', 'c'};
  t.initiator.prepare(tlm::TLM_WRITE_COMMAND, 8, data);
  t.initiator.payload.set_streaming_width(1);
  CHECK(t.initiator.send() == tlm::TLM_OK_RESPONSE);
  CHECK(t.device.bytes_written == std::vector<std::uint64_t>{'a', 'b', 'c'});
}

TEST_CASE("disabled bytes do not access a register") {
  RegisterTest t;
  Bytes data{1, 2, 3, 4};
  Bytes enables{0, 0xff, 0, 0};
  t.initiator.prepare(tlm::TLM_WRITE_COMMAND, 0, data);
  t.initiator.payload.set_byte_enable_ptr(enables.data());
  t.initiator.payload.set_byte_enable_length(4);
  CHECK(t.initiator.send() == tlm::TLM_OK_RESPONSE);
  CHECK(t.device.writes == std::vector<std::uint64_t>{0x0200});
  enables[1] = 0;
  CHECK(t.initiator.send() == tlm::TLM_OK_RESPONSE);
  CHECK(t.device.writes.size() == 1);
}

TEST_CASE("a debugger reads without side effects") {
  RegisterTest t;
  Bytes data(4);
  CHECK(t.initiator.debug(tlm::TLM_READ_COMMAND, 0, data) == 4);
  CHECK(TestInitiator::little_endian(data) == 0x11223300);
  CHECK(t.device.reads == 0);
}

}  // namespace
}  // namespace cyclevisor
