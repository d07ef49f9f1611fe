#include "models/probe/trap_repetition.hpp"

#include <catch2/catch.hpp>

namespace cyclevisor {
namespace {

Trap trap_at(std::uint64_t epc, std::uint64_t cause = 7) {
  Trap trap;
  trap.epc = VirtualAddress(epc);
  trap.cause = cause;
  trap.vector = VirtualAddress(0x100);
  trap.x[2] = 0x8000;
  trap.tval = 0x8000;
  return trap;
}

TEST_CASE("traps that repeat are counted, and the first one led there") {
  TrapRepetition repetition;
  CHECK(repetition.add(trap_at(0x40, 2)) == 0);
  for (unsigned i = 0; i < 5; ++i) CHECK(repetition.add(trap_at(0x104)) == i);
  CHECK(repetition.first().cause == 2);
  CHECK(repetition.last().epc == VirtualAddress(0x104));
}

TEST_CASE("a stack pointer that moves with the faulting address is no progress; a register is") {
  TrapRepetition repetition;
  Trap trap = trap_at(0x104);
  for (unsigned i = 0; i < 5; ++i) {
    CHECK(repetition.add(trap) == i);
    trap.x[2] -= 16;
    trap.tval -= 16;
  }
  ++trap.x[10];
  CHECK(repetition.add(trap) == 0);
  trap.tval -= 8;  // another address, and sp is the same
  CHECK(repetition.add(trap) == 0);
}

TEST_CASE("registers that alternate repeat, too") {
  TrapRepetition repetition;
  Trap even = trap_at(0x104), odd = trap_at(0x104);
  odd.x[5] = 1;
  CHECK(repetition.add(even) == 0);
  CHECK(repetition.add(odd) == 0);
  CHECK(repetition.add(even) == 1);
  CHECK(repetition.add(odd) == 2);
}

TEST_CASE("a handler that is left makes progress; interrupts do not matter") {
  TrapRepetition repetition;
  repetition.add(trap_at(0x104));
  CHECK(repetition.add(trap_at(0x200, Trap::interrupt_bit | 7)) == 0);
  CHECK(repetition.add(trap_at(0x104)) == 1);
  repetition.forget();
  CHECK(repetition.add(trap_at(0x104)) == 0);
}

}  // namespace
}  // namespace cyclevisor
