// The virtual ns16550a where a native run cannot compare: reception from the physical UART.
#include <catch2/catch.hpp>

#include "tests/hypervisor/fake_hart.hpp"

using namespace cyclevisor::hypervisor;

namespace {

struct Uart {
  FakeUart physical;
  VirtualUart uart{
      VmConsole(physical.driver(), ConsoleSharing::exclusive, ConsoleInput::connected, "vm")};
};

}  // namespace

TEST_CASE("received characters come from the physical UART") {
  Uart machine;
  CHECK(machine.uart.read(5) == 0x60);
  CHECK(machine.uart.read(0) == 0);
  machine.physical.registers[0] = 'k';
  machine.physical.registers[5] = 0x61;
  CHECK(machine.uart.read(5) == 0x61);
  machine.uart.write(1, 0x01);
  CHECK((machine.uart.read(2) & 0x0f) == 0x04);  // received data available
  CHECK(machine.uart.read(0) == 'k');
}

TEST_CASE("in loopback mode nothing reaches the physical UART") {
  Uart machine;
  machine.uart.write(4, 0x10);
  machine.uart.write(0, 'x');
  CHECK(machine.physical.registers[0] == 0);
  CHECK(machine.uart.read(5) == 0x61);
  CHECK(machine.uart.read(0) == 'x');
  CHECK(machine.uart.read(5) == 0x60);
}

TEST_CASE("the divisor latch hides the data register") {
  Uart machine;
  machine.uart.write(3, 0x80);
  machine.uart.write(0, 'x');
  CHECK(machine.physical.registers[0] == 0);
  machine.uart.write(3, 0x03);
  machine.uart.write(0, 'y');
  CHECK(machine.physical.registers[0] == 'y');
}

TEST_CASE("LSR and MSR are read-only") {
  Uart machine;
  machine.uart.write(5, 0xff);
  machine.uart.write(6, 0xff);
  CHECK(machine.uart.read(5) == 0x60);
  CHECK(machine.uart.read(6) == 0xb0);
}

TEST_CASE("the physical UART interrupts only while the guest waits to be told") {
  Uart machine;
  const auto& ier = machine.physical.registers[1];
  machine.uart.write(1, 0x02);
  CHECK(ier == 0);
  machine.uart.write(1, 0x01);
  CHECK(ier == 1);
  CHECK_FALSE(machine.uart.interrupt());
  machine.physical.registers[0] = 'k';
  machine.physical.registers[5] = 0x61;
  machine.uart.input_has_come();
  CHECK(ier == 0);  // told: quiet until the guest has read all
  CHECK(machine.uart.interrupt());
  CHECK(machine.uart.read(0) == 'k');
  CHECK(ier == 0);  // there is still more
  CHECK(machine.uart.interrupt());
  machine.physical.registers[5] = 0x60;
  machine.uart.read(0);
  CHECK(ier == 1);
  CHECK_FALSE(machine.uart.interrupt());
  machine.uart.write(4, 0x10);  // loopback takes the line off
  CHECK(ier == 0);
  machine.uart.write(4, 0x00);
  CHECK(ier == 1);
}

TEST_CASE("loopback and an empty transmitter interrupt") {
  Uart machine;
  machine.uart.write(1, 0x03);
  CHECK(machine.uart.interrupt());
  machine.uart.read(2);
  CHECK_FALSE(machine.uart.interrupt());
  machine.uart.write(4, 0x10);
  machine.uart.write(0, 'x');
  machine.uart.read(0);
  CHECK(machine.uart.interrupt());  // the transmitter is empty again
  machine.uart.read(2);
  CHECK_FALSE(machine.uart.interrupt());
  machine.uart.write(0, 'y');
  CHECK((machine.uart.read(2) & 0x0f) == 0x04);  // received data has the higher priority
  CHECK(machine.uart.interrupt());
}

TEST_CASE("of VMs that share a UART one gets the input") {
  FakeUart physical;
  physical.registers[0] = 'k';
  physical.registers[5] = 0x61;
  VirtualUart second(
      VmConsole(physical.driver(), ConsoleSharing::shared, ConsoleInput::none, "second"));
  CHECK(second.read(5) == 0x60);
  CHECK(second.read(0) == 0);
  second.write(1, 0x01);
  CHECK(physical.registers[1] == 0);
}
