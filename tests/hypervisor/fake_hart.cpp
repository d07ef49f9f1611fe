#include "tests/hypervisor/fake_hart.hpp"

namespace cyclevisor::hypervisor {

Ticks physical_time() { return FakeHart::time; }
std::uint64_t physical_cycles() { return FakeHart::cycles; }
std::uint64_t physical_instructions() { return FakeHart::instructions; }
void discard_fetched_instructions() { ++FakeHart::fences; }

}  // namespace cyclevisor::hypervisor
