// The expectations are from the data sheet of the PC16550D; register offsets as on the bus.
#include "models/uart/uart.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/models/bus/initiator.hpp"

namespace cyclevisor {
namespace {

enum Offset : std::uint64_t {
  rbr = 0,
  thr = 0,
  ier = 1,
  iir = 2,
  fcr = 2,
  lcr,
  mcr,
  lsr,
  msr,
  scr
};

struct UartTest {
  std::string output;
  std::vector<bool> interrupts;
  Uart uart{"uart", sc_core::SC_ZERO_TIME,
            [this](std::uint8_t c) { output += static_cast<char>(c); },
            [this](bool level) { interrupts.push_back(level); }};
  TestInitiator initiator{"initiator"};
  UartTest() {
    initiator.socket.bind(uart.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  std::uint64_t read(Offset offset) { return initiator.read(offset, 1); }
  void write(Offset offset, std::uint64_t value) {
    REQUIRE(initiator.write(offset, value, 1) == tlm::TLM_OK_RESPONSE);
  }
};

TEST_CASE("characters are sent at once and the transmitter is always ready") {
  UartTest t;
  CHECK(t.read(lsr) == 0x60);
  for (const char c : std::string("hello\n")) t.write(thr, static_cast<unsigned char>(c));
  CHECK(t.output == "hello\n");
  CHECK(t.read(lsr) == 0x60);
}

TEST_CASE("DLAB switches the first two registers to the divisor latch") {
  UartTest t;
  t.write(ier, 0x0);
  t.write(lcr, 0x83);
  t.write(thr, 0x0c);
  t.write(ier, 0xab);
  CHECK(t.read(rbr) == 0x0c);
  CHECK(t.read(ier) == 0xab);
  t.write(lcr, 0x03);
  CHECK(t.read(ier) == 0);
  CHECK(t.output.empty());
  CHECK(t.read(lcr) == 0x03);
}

TEST_CASE("scratch holds any value, IER and MCR have no unused bits") {
  UartTest t;
  t.write(scr, 0xa5);
  CHECK(t.read(scr) == 0xa5);
  t.write(ier, 0xf0);
  CHECK(t.read(ier) == 0);
  t.write(mcr, 0xef);
  CHECK(t.read(mcr) == 0x0f);
}

TEST_CASE("IIR shows whether the FIFOs are enabled") {
  UartTest t;
  CHECK(t.read(iir) == 0x01);
  t.write(fcr, 0x01);
  CHECK(t.read(iir) == 0xc1);
  t.write(fcr, 0x00);
  CHECK(t.read(iir) == 0x01);
}

TEST_CASE("without FIFOs one character is received at a time, and none is lost") {
  UartTest t;
  t.uart.receive('x');
  t.uart.receive('y');
  CHECK(t.read(lsr) == 0x61);
  CHECK(t.read(rbr) == 'x');
  CHECK(t.read(lsr) == 0x61);
  CHECK(t.read(rbr) == 'y');
  CHECK(t.read(lsr) == 0x60);
  CHECK(t.read(rbr) == 0);
}

TEST_CASE("received data interrupts at the trigger level, below it as a timeout") {
  UartTest t;
  t.write(fcr, 0x41);  // FIFOs, trigger level 4
  t.write(ier, 0x01);
  CHECK(t.interrupts.empty());
  for (int i = 0; i < 3; ++i) t.uart.receive('a');
  CHECK(t.read(iir) == 0xcc);
  t.uart.receive('a');
  CHECK(t.read(iir) == 0xc4);
  for (int i = 0; i < 4; ++i) t.read(rbr);
  CHECK(t.read(iir) == 0xc1);
  CHECK(t.interrupts == std::vector<bool>{true, false});
}

TEST_CASE("FCR bit 1 clears the receiver") {
  UartTest t;
  t.write(fcr, 0x01);
  t.uart.receive('a');
  t.write(fcr, 0x03);
  CHECK(t.read(lsr) == 0x60);
}

TEST_CASE("the THR-empty interrupt is raised by enabling it and acknowledged by reading IIR") {
  UartTest t;
  t.write(ier, 0x02);
  CHECK(t.interrupts == std::vector<bool>{true});
  CHECK(t.read(iir) == 0x02);
  CHECK(t.interrupts == std::vector<bool>{true, false});
  CHECK(t.read(iir) == 0x01);
  t.write(thr, 'a');
  CHECK(t.read(iir) == 0x02);
}

TEST_CASE("loop mode connects transmitter to receiver and MCR to MSR") {
  UartTest t;
  CHECK((t.read(msr) & 0xf0) == 0xb0);
  t.write(mcr, 0x1a);  // LOOP | OUT2 | RTS, what Linux probes with
  CHECK((t.read(msr) & 0xf0) == 0x90);
  t.write(thr, 'q');
  CHECK(t.output.empty());
  CHECK(t.read(rbr) == 'q');
  t.uart.receive('z');
  CHECK(t.read(lsr) == 0x60);
  t.write(mcr, 0x00);
  CHECK(t.read(rbr) == 'z');
}

TEST_CASE("modem changes interrupt and are cleared by reading MSR") {
  UartTest t;
  t.write(ier, 0x08);
  t.write(mcr, 0x16);  // LOOP | OUT1 | RTS: DSR and DCD fall, RI rises
  CHECK(t.read(iir) == 0x00);
  CHECK(t.read(msr) == 0x5a);
  CHECK(t.read(iir) == 0x01);
  t.write(mcr, 0x12);  // RI falls: its trailing edge
  CHECK(t.read(msr) == 0x14);
}

TEST_CASE("only eight offsets exist") {
  UartTest t;
  CHECK(t.initiator.write(8, 0, 1) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST_CASE("a debugger's read does not consume characters") {
  UartTest t;
  t.uart.receive('k');
  std::vector<std::uint8_t> data(1);
  CHECK(t.initiator.debug(tlm::TLM_READ_COMMAND, rbr, data) == 1);
  CHECK(data[0] == 'k');
  CHECK(t.read(rbr) == 'k');
}

}  // namespace
}  // namespace cyclevisor
