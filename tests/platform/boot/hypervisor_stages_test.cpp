#include "platform/boot/hypervisor_stages.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"
#include "platform/program/program_image.hpp"

using namespace cyclevisor;

namespace {

const InputFile image{HYPERVISOR_ELF, HYPERVISOR_ELF};

std::string hypervisor() { return read_file(HYPERVISOR_ELF, HYPERVISOR_ELF); }

SymbolTable symbols() {
  return SymbolTable(parse_elf(hypervisor(), HYPERVISOR_ELF, 0x8000'0000, 0x100'0000).code);
}

StageTable own_table() {
  const InputFile file = stage_table_file(image);
  return StageTable(read_file(file.path, file.given), file.given);
}

/// Why a table is refused; empty if it is not.
std::string refused(const std::string& text) {
  try {
    StageTable(text, "x.stages");
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

// A new function in a new file needs a row in hypervisor/stages.txt, or its cycles would be in no
// stage of their own.
TEST_CASE("every function of the hypervisor has a stage") {
  CHECK(symbols().entries().size() > 60);
  const std::vector<std::string> missing = functions_without_stage(image, symbols());
  for (const std::string& name : missing) UNSCOPED_INFO(name);
  CHECK(missing.empty());
}

TEST_CASE("a function's stage follows from its name and its file") {
  using Stage = HypervisorStage;
  const StageTable table = own_table();
  CHECK(table.stage_of("hypervisor/arch/m/trap.S", "trap_entry") == Stage::entry);
  CHECK(table.stage_of("hypervisor/core/scheduler.cpp",
                       "cyclevisor::hypervisor::Scheduler::pick()") == Stage::schedule);
  CHECK(table.stage_of("hypervisor/core/emulate.cpp",
                       "cyclevisor::hypervisor::(anonymous namespace)::access_device("
                       "cyclevisor::hypervisor::Vm&)") == Stage::device);
  CHECK(table.stage_of("hypervisor/core/emulate.cpp",
                       "cyclevisor::hypervisor::(anonymous namespace)::reflect("
                       "cyclevisor::hypervisor::Vm&)") == Stage::emulate);
  CHECK(table.stage_of("hypervisor/virtual/csr.cpp",
                       "unsigned long cyclevisor::hypervisor::(anonymous namespace)::read_field<"
                       "&cyclevisor::hypervisor::Vcpu::mie>(cyclevisor::hypervisor::Vm const&)") ==
        Stage::emulate);
  CHECK(table.stage_of("", "world_switch") == Stage::switching);
  CHECK_FALSE(table.stage_of("hypervisor/core/new.cpp", "something"));
}

TEST_CASE("the first row of a stage table that fits a function decides") {
  using Stage = HypervisorStage;
  const StageTable table(
      "# of another hypervisor\n"
      "namespace other::hv\n"
      "\n"
      "switch\tswitch_to   # by name\r\n"
      "exit   *  src/exit/\n"
      "entry  switch",
      "x.stages");
  CHECK(table.stage_of("src/exit/a.c", "switch_to_vm") == Stage::switching);
  CHECK(table.stage_of("src/exit/a.c", "switch") == Stage::exit);
  CHECK(table.stage_of("src/a.c", "int other::hv::switch_off(int)") == Stage::entry);
  CHECK_FALSE(table.stage_of("src/a.c", "other::switch_off()"));
  CHECK_FALSE(table.stage_of("", ""));
  CHECK_FALSE(StageTable("", "x.stages").stage_of("a", "b"));
}

TEST_CASE("a bad stage table is refused with its line") {
  CHECK(refused("exit a\n\nleave b\n") ==
        "x.stages:3: there is no stage 'leave'; the stages are entry, decode, emulate, device, "
        "multiplex, schedule, switch, inject, exit, other");
  const std::string row =
      "a row has a stage, the beginning of functions' names or '*', and after it the beginning of "
      "source files' paths or nothing";
  CHECK(refused("exit") == "x.stages:1: " + row);
  CHECK(refused("# a\nexit a b c") == "x.stages:2: " + row);
  CHECK(refused("namespace") == "x.stages:1: 'namespace' is followed by one name");
  CHECK(refused("namespace a\nnamespace b") == "x.stages:2: there is a 'namespace' already");
  std::string many;
  for (unsigned i = 0; i < 1001; ++i) many += "exit a\n";
  CHECK(refused(many) == "x.stages:1001: more than 1000 rows");
}

TEST_CASE("a hypervisor's code is in the stages of its functions") {
  const std::vector<StageRange> ranges = hypervisor_stages(image, symbols());
  const StageMap map(ranges);
  const auto at = [&](const char* name) {
    return map.at(VirtualAddress(
        parse_elf(hypervisor(), HYPERVISOR_ELF, 0x8000'0000, 0x100'0000).by_name.at(name)));
  };
  CHECK(at("trap_entry") == HypervisorStage::entry);
  CHECK(at("trap_exit") == HypervisorStage::exit);
  CHECK(at("virtual_timer_write") == HypervisorStage::device);
  CHECK(at("inject_trap") == HypervisorStage::inject);
  CHECK(map.at(VirtualAddress(0)) == HypervisorStage::other);
  CHECK(StageMap({}).at(VirtualAddress(0x8000'0000)) == HypervisorStage::other);
}

TEST_CASE("a hypervisor without a stage table has no stages, one with a bad table is refused") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("stages." + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder);
  const InputFile copy{"copy.elf", folder / "copy.elf"};
  std::filesystem::copy_file(HYPERVISOR_ELF, copy.path);
  CHECK(hypervisor_stages(copy, symbols()).empty());
  std::ofstream(folder / "copy.stages") << "exit trap_exit\nbad\n";
  CHECK_THROWS_WITH(hypervisor_stages(copy, symbols()),
                    Catch::Matchers::StartsWith("copy.stages:2: there is no stage 'bad'"));
  std::filesystem::remove_all(folder);
}
