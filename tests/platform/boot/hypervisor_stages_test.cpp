#include "platform/boot/hypervisor_stages.hpp"

#include <catch2/catch.hpp>

#include "platform/base/read_file.hpp"
#include "platform/program/program_image.hpp"

using namespace cyclevisor;

namespace {

std::string hypervisor() { return read_file(HYPERVISOR_ELF, HYPERVISOR_ELF); }

SymbolTable symbols() {
  return SymbolTable(parse_elf(hypervisor(), HYPERVISOR_ELF, 0x8000'0000, 0x100'0000).symbols);
}

}  // namespace

// A new function in a new place needs a row in platform/boot/hypervisor_stages.cpp, or its cycles would
// be nobody's in particular.
TEST_CASE("every function of the hypervisor has a stage") {
  CHECK(symbols().entries().size() > 60);
  const std::vector<std::string> missing =
      functions_without_stage(hypervisor(), HYPERVISOR_ELF, symbols());
  for (const std::string& name : missing) UNSCOPED_INFO(name);
  CHECK(missing.empty());
}

TEST_CASE("a function's stage follows from its name and its file") {
  using Stage = HypervisorStage;
  CHECK(stage_of_function("hypervisor/arch/trap.S", "trap_entry") == Stage::entry);
  CHECK(stage_of_function("hypervisor/core/scheduler.cpp",
                          "cyclevisor::hypervisor::Scheduler::pick()") == Stage::schedule);
  CHECK(stage_of_function("hypervisor/core/emulate.cpp",
                          "cyclevisor::hypervisor::(anonymous namespace)::access_device("
                          "cyclevisor::hypervisor::Vm&)") == Stage::device);
  CHECK(stage_of_function("hypervisor/core/emulate.cpp",
                          "cyclevisor::hypervisor::(anonymous namespace)::reflect("
                          "cyclevisor::hypervisor::Vm&)") == Stage::emulate);
  CHECK(
      stage_of_function("hypervisor/virtual/csr.cpp",
                        "unsigned long cyclevisor::hypervisor::(anonymous namespace)::read_field<"
                        "&cyclevisor::hypervisor::Vcpu::mie>(cyclevisor::hypervisor::Vm const&)") ==
      Stage::emulate);
  CHECK(stage_of_function("", "world_switch") == Stage::switching);
  CHECK_FALSE(stage_of_function("hypervisor/core/new.cpp", "something"));
}

TEST_CASE("a hypervisor's code is in the stages of its functions") {
  const std::vector<StageRange> ranges = hypervisor_stages(hypervisor(), HYPERVISOR_ELF, symbols());
  const StageMap map(ranges);
  const auto at = [&](const char* name) {
    return map.at(VirtualAddress(
        parse_elf(hypervisor(), HYPERVISOR_ELF, 0x8000'0000, 0x100'0000).symbols.at(name)));
  };
  CHECK(at("trap_entry") == HypervisorStage::entry);
  CHECK(at("trap_exit") == HypervisorStage::exit);
  CHECK(at("virtual_timer_write") == HypervisorStage::device);
  CHECK(at("inject_trap") == HypervisorStage::inject);
  CHECK(map.at(VirtualAddress(0)) == HypervisorStage::other);
  CHECK(StageMap({}).at(VirtualAddress(0x8000'0000)) == HypervisorStage::other);
}
