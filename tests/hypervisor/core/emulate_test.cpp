// Exceptions, CSRs and virtual devices on the host, and a hostile guest of random state.
#include "hypervisor/core/emulate.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "hypervisor/virtual/csr.hpp"
#include "hypervisor/virtual/devices.hpp"
#include "tests/hypervisor/fake_hart.hpp"

using namespace cyclevisor::hypervisor;

namespace {

constexpr std::uint64_t mtimecmp = 0x02004000;
constexpr std::uint64_t entry = 0x80000000;

}  // namespace

TEST_CASE("a trapped load reads the device and goes on behind the instruction") {
  FakeVm guest;
  guest.vm.timer.set_compare(0x80000000f0000000);
  guest.vm.vcpu.x[10] = mtimecmp;
  guest.put_instruction(entry, 0x00052583);  // lw a1, 0(a0)
  handle_exception(&guest.vm, cause::load_page_fault, mtimecmp);
  CHECK(guest.vm.vcpu.x[11] == 0xfffffffff0000000);
  CHECK(guest.vm.vcpu.pc == entry + 4);
  guest.put_instruction(entry + 4, 0x414c, 2);  // c.lw a1, 4(a0)
  handle_exception(&guest.vm, cause::load_page_fault, mtimecmp + 4);
  CHECK(guest.vm.vcpu.x[11] == 0xffffffff80000000);
  CHECK(guest.vm.vcpu.pc == entry + 6);
}

TEST_CASE("a trapped store of a half changes only that half") {
  FakeVm guest;
  guest.vm.timer.set_compare(0x1111111122222222);
  guest.vm.vcpu.x[10] = mtimecmp;
  guest.vm.vcpu.x[11] = 0xaaaaaaaa33333333;
  guest.put_instruction(entry, 0x00b52223);  // sw a1, 4(a0)
  handle_exception(&guest.vm, cause::store_page_fault, mtimecmp + 4);
  CHECK(guest.vm.timer.compare() == 0x3333333322222222);
  CHECK(guest.vm.timer_changed);
}

TEST_CASE("a fault outside of every device is an access fault in the guest") {
  FakeVm guest;
  guest.vm.vcpu.mtvec = 0x80000101;
  guest.vm.vcpu.mstatus |= mstatus::mie;
  guest.vm.vcpu.x[10] = 0x40000000;
  guest.put_instruction(entry, 0x00053583);  // ld a1, 0(a0)
  handle_exception(&guest.vm, cause::load_page_fault, 0x40000000);
  CHECK(guest.vm.vcpu.mcause == 5);
  CHECK(guest.vm.vcpu.mtval == 0x40000000);
  CHECK(guest.vm.vcpu.mepc == entry);
  CHECK(guest.vm.vcpu.pc == 0x80000100);  // exceptions are not vectored
  CHECK((guest.vm.vcpu.mstatus & (mstatus::mie | mstatus::mpie | mstatus::mpp)) ==
        (mstatus::mpie | mstatus::mpp));
}

TEST_CASE("an access that begins elsewhere than it faulted reaches no device") {
  FakeVm guest;
  guest.vm.vcpu.x[10] = mtimecmp - 4;
  guest.put_instruction(entry, 0x00b53023);  // sd a1, 0(a0)
  guest.vm.vcpu.x[11] = 5;
  handle_exception(&guest.vm, cause::store_page_fault, mtimecmp);
  CHECK(guest.vm.vcpu.mcause == 7);
  CHECK(guest.vm.timer.compare() == never);
}

TEST_CASE("ecall, fetch faults and others come with the cause of the virtual mode") {
  FakeVm guest;
  handle_exception(&guest.vm, cause::environment_call_from_user, 0);
  CHECK(guest.vm.vcpu.mcause == 11);
  guest.vm.vcpu.mode = VirtualMode::user;
  handle_exception(&guest.vm, cause::environment_call_from_user, 0);
  CHECK(guest.vm.vcpu.mcause == 8);
  CHECK((guest.vm.vcpu.mstatus & mstatus::mpp) == 0);
  handle_exception(&guest.vm, cause::instruction_page_fault, 0x123);
  CHECK(guest.vm.vcpu.mcause == 1);
  CHECK(guest.vm.vcpu.mtval == 0x123);
  handle_exception(&guest.vm, cause::breakpoint, 0x80000000);
  CHECK(guest.vm.vcpu.mcause == 3);
  handle_exception(&guest.vm, cause::store_address_misaligned, 0x80000001);
  CHECK(guest.vm.vcpu.mcause == 6);
}

TEST_CASE("an illegal instruction is fetched when the hart does not tell it") {
  FakeVm guest;
  guest.put_instruction(entry, 0x34051073);  // csrw mscratch, a0
  guest.vm.vcpu.x[10] = 0xabc;
  handle_exception(&guest.vm, cause::illegal_instruction, 0);
  CHECK(guest.vm.vcpu.mscratch == 0xabc);
  CHECK(guest.vm.vcpu.pc == entry + 4);
}

TEST_CASE("each CSR changes in its writable bits only and never touches another register") {
  std::mt19937_64 random(11);
  unsigned present = 0;
  for (unsigned number = 0; number < 4096; ++number) {
    FakeVm guest;
    const VirtualCsr* csr = find_virtual_csr(number);
    if (csr != nullptr) {
      ++present;
      REQUIRE(number >= csr->first);
      REQUIRE((number - csr->first) % csr->step == 0);
      REQUIRE((number - csr->first) / csr->step < csr->count);
      REQUIRE((csr->write == nullptr) == (csr->writable == 0));
    }
    for (int i = 0; i < 50; ++i) {
      const std::uint64_t value = random();
      guest.vm.vcpu.x[5] = value;
      const std::uint64_t before = csr != nullptr ? csr->read(guest.vm, number) : 0;
      const std::uint32_t csrrw = number << 20 | 5u << 15 | 1u << 12 | 6u << 7 | 0x73;
      const CsrStatus status = virtual_csr_access(&guest.vm, CsrInstruction(csrrw));
      REQUIRE((status == CsrStatus::ok) == (csr != nullptr && number >> 10 != 3));
      REQUIRE(guest.vm.vcpu.x[5] == value);
      REQUIRE(guest.vm.vcpu.x[0] == 0);
      if (status == CsrStatus::illegal) {
        REQUIRE(guest.vm.vcpu.x[6] == 0);
        continue;
      }
      REQUIRE(guest.vm.vcpu.x[6] == before);
      const std::uint64_t after = csr->read(guest.vm, number);
      REQUIRE((after & ~csr->writable) == (before & ~csr->writable));
      if (number == 0x3a0 || number == 0x3a2) continue;              // locks: pmp_test.cpp
      const std::uint64_t mpp = number == 0x300 ? mstatus::mpp : 0;  // two legal values of four
      REQUIRE((after & csr->writable & ~mpp) == (value & csr->writable & ~mpp));
      REQUIRE((after & mpp) != (std::uint64_t{1} << 11));
      REQUIRE((after & mpp) != (std::uint64_t{2} << 11));
    }
  }
  // hpmcounter, mhpmcounter, mhpmevent; pmpcfg; pmpaddr; single ones.
  CHECK(present == 3 * 29 + 8 + 64 + 22);
}

TEST_CASE("in user mode only counters are accessible, and only those of mcounteren") {
  for (unsigned enabled = 0; enabled < 8; ++enabled) {
    FakeVm guest;
    guest.vm.vcpu.mode = VirtualMode::user;
    guest.vm.vcpu.mcounteren = enabled;
    for (unsigned number = 0; number < 4096; ++number) {
      const std::uint32_t csrr = number << 20 | 2u << 12 | 6u << 7 | 0x73;
      const bool allowed = number >= 0xc00 && number < 0xc03 && (enabled >> (number - 0xc00) & 1);
      REQUIRE((virtual_csr_access(&guest.vm, CsrInstruction(csrr)) == CsrStatus::ok) == allowed);
    }
  }
}

TEST_CASE("time and counters: written values go on counting") {
  FakeVm guest;
  FakeHart::cycles = 1000;
  guest.vm.vcpu.x[5] = 77;
  const std::uint32_t write_mcycle = 0xb00u << 20 | 5u << 15 | 1u << 12 | 0x73;
  REQUIRE(virtual_csr_access(&guest.vm, CsrInstruction(write_mcycle)) == CsrStatus::ok);
  FakeHart::cycles = 1500;
  CHECK(find_virtual_csr(0xb00)->read(guest.vm, 0xb00) == 577);
  CHECK(find_virtual_csr(0xc00)->read(guest.vm, 0xc00) == 577);
  FakeHart::time = 40;
  guest.vm.timer.set_time(1000, 40);
  FakeHart::time = 45;
  CHECK(find_virtual_csr(0xc01)->read(guest.vm, 0xc01) == 1005);
  FakeHart::time = 0;
}

TEST_CASE("the finisher ends the VM with its code") {
  const auto end_with = [](std::uint64_t value) {
    FakeVm guest;
    const VirtualDevice* finisher = find_virtual_device(GuestAddress{0x100000}, 4);
    REQUIRE(finisher->write(guest.vm, 0, 4, value) == DeviceStatus::ok);
    return guest.vm.state == Vm::State::ended ? static_cast<int>(guest.vm.exit_code) : -1;
  };
  CHECK(end_with(0x5555) == 0);
  CHECK(end_with(0x00073333) == 7);
  CHECK(end_with(0x3333) == 1);
  CHECK(end_with(0x7777) == 0x7777);
  CHECK(end_with(0) == -1);
  CHECK(end_with(0x1234) == -1);
}

TEST_CASE("devices are found at their addresses only") {
  CHECK(find_virtual_device(GuestAddress{0x01ffffff}, 1) == nullptr);
  CHECK(find_virtual_device(GuestAddress{0x02010000}, 4) == nullptr);
  CHECK(find_virtual_device(GuestAddress{0x0200fff8}, 8) != nullptr);
  CHECK(find_virtual_device(GuestAddress{0x10000007}, 1) != nullptr);
  CHECK(find_virtual_device(GuestAddress{0x10000008}, 1) == nullptr);
  CHECK(find_virtual_device(GuestAddress{0x10000100}, 1) == nullptr);
  CHECK(find_virtual_device(GuestAddress{0x02004001}, 4) == nullptr);  // misaligned
  CHECK(find_virtual_device(GuestAddress{never}, 1) == nullptr);
}

TEST_CASE("a shared console prints whole lines under the VM's name") {
  struct Recorder {
    std::uint8_t registers[8] = {0, 0, 0, 0, 0, 0x60, 0, 0};
  } device;
  VmConsole console(PhysicalUart(HostAddress{reinterpret_cast<std::uint64_t>(&device)}),
                    ConsoleSharing::shared, ConsoleInput::connected, "x");
  console.put('a');
  CHECK(device.registers[0] == 0);  // held back until the line ends
  console.put('\n');
  CHECK(device.registers[0] == '\n');
  console.put('b');
  console.flush();
  CHECK(device.registers[0] == '\n');
}

TEST_CASE("no exception of a guest with random state leaves the guest's bounds") {
  std::mt19937_64 random(2026);
  FakeVm guest(8192);
  const std::uint64_t interesting[] = {0x02000000, 0x02004000, 0x0200bff8, 0x10000000, 0x00100000,
                                       0x0c000000, 0x80000000, 0x80001000, 0x80002000, never};
  const std::uint64_t causes[] = {0, 1, 2,  2,  2,  3,  4,  5,  6,    7,
                                  8, 9, 12, 13, 13, 15, 15, 63, never};
  for (std::uint64_t i = 0; i < 8192; ++i) {
    guest.memory()[i] = static_cast<std::uint8_t>(random());
  }
  for (int i = 0; i < 500'000; ++i) {
    Vcpu& vcpu = guest.vm.vcpu;
    for (unsigned n = 1; n < 32; ++n) {
      vcpu.x[n] = random() % 2 ? random() : interesting[random() % 10] + random() % 17 - 8;
    }
    vcpu.pc = random() % 4 ? entry + random() % 8200 : random();
    if (random() % 4 == 0 && vcpu.pc - entry < 8188) {
      // A load or store that is likely to meet a device.
      const std::uint32_t word =
          static_cast<std::uint32_t>(random() & 0x000fffff) | (random() % 2 ? 0x03u : 0x23u);
      guest.put_instruction(vcpu.pc & ~std::uint64_t{1}, word & ~0x7cu);
    }
    const std::uint64_t cause = causes[random() % 19];
    const std::uint64_t tval = cause == 2 ? static_cast<std::uint32_t>(random()) | 0x73
                                          : interesting[random() % 10] + random() % 17 - 8;
    handle_exception(&guest.vm, cause, tval);
    REQUIRE(vcpu.x[0] == 0);
    REQUIRE((vcpu.mode == VirtualMode::user || vcpu.mode == VirtualMode::machine));
    guest.vm.state = Vm::State::ready;
  }
}
