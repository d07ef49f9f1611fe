// Each mistake in a scenario is one message with the place, the reason and what would be right.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "platform/base/configuration_error.hpp"
#include "platform/scenario/scenario_reader.hpp"
#include "platform/scenario/settings_text.hpp"

namespace cyclevisor {
namespace {

using Catch::EndsWith;
using Catch::Equals;
using Catch::StartsWith;

/// A folder of its own with a file that serves as every image.
class Folder {
 public:
  // Tests run in processes of their own at the same time: the folder has the process's number.
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("scenario-test-" + std::filesystem::read_symlink("/proc/self").string())) {
    std::filesystem::create_directories(path_);
    std::ofstream(path_ / "guest.elf") << "x";
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path file() const { return path_ / "test.toml"; }

 private:
  std::filesystem::path path_;
};

const std::string good = R"(strategy = "native"
[platform]
clock_hz = 50000000
dram_bytes = "64MiB"
[[vm]]
name = "guest"
image = "guest.elf"
)";

Scenario parse(const std::string& text, const std::vector<Override>& overrides = {}) {
  const Folder folder;
  return parse_scenario(text, folder.file(), overrides);
}

/// The message without the folder's name.
std::string message(const std::string& text, const std::vector<Override>& overrides = {}) {
  try {
    parse(text, overrides);
  } catch (const ConfigurationError& error) {
    const std::string whole = error.what();
    const std::size_t file = whole.find("test.toml");
    return file == std::string::npos ? whole : whole.substr(file);
  }
  return "";
}

TEST_CASE("a scenario is read, the rest are defaults") {
  const Scenario s = parse(good);
  CHECK(s.name == "test");
  CHECK(s.strategy == Strategy::native);
  CHECK(s.clock_hz == 50'000'000);
  CHECK(s.timebase_hz == 10'000'000);
  CHECK(s.prescale() == 5);
  CHECK(s.dram_bytes == 64u * 1024 * 1024);
  CHECK(s.sync == SyncMode::fast);
  CHECK(s.slice == 10000);
  REQUIRE(s.vms.size() == 1);
  CHECK(s.vms[0].name == "guest");
  CHECK(s.vms[0].image.given == "guest.elf");
  CHECK(s.vms[0].memory_bytes == 16u * 1024 * 1024);
  CHECK(s.vms[0].device_tree.empty());
}

TEST_CASE("settings of the platform and of a VM are overridden") {
  const Scenario s =
      parse(good, {"platform.sync=lockstep", "vm.guest.memory=4 MiB", "run.max_cycles=0x10"});
  CHECK(s.sync == SyncMode::lockstep);
  CHECK(s.vms[0].memory_bytes == 4u * 1024 * 1024);
  CHECK(s.max_cycles == 16);
}

TEST_CASE("the resolved configuration reads back as the same scenario") {
  const Folder folder;
  const Scenario s = parse_scenario(good, folder.file(), {"hypervisor.slice=777"});
  const std::string text = resolved_toml(s);
  const Scenario again = parse_scenario(text, folder.file(), {});
  CHECK(resolved_toml(again) == text);
  CHECK(again.slice == 777);
}

TEST_CASE("text that is not TOML") {
  CHECK_THAT(message("name = \n"), StartsWith("test.toml:1:8: "));
}

TEST_CASE("an unknown setting, section or VM setting") {
  CHECK_THAT(message("[platform]\nclok_hz = 1\n"),
             StartsWith("test.toml:2:11: unknown setting 'platform.clok_hz'; did you mean "
                        "'platform.clock_hz'?"));
  CHECK_THAT(message("[plattform]\nclock_hz = 1\n"),
             StartsWith("test.toml:1:1: unknown section '[plattform]'; there are [platform]"));
  CHECK_THAT(message(good + "memroy = 1\n"),
             StartsWith("test.toml:8:10: unknown setting 'vm.guest.memroy'; did you mean "
                        "'vm.guest.memory'?"));
}

TEST_CASE("a value of the wrong type, out of range, or none of the choices") {
  CHECK_THAT(message("[platform]\nclock_hz = \"fast\"\n"),
             Equals("test.toml:2:12: platform.clock_hz is of type string: it takes an integer from "
                    "1000 to 10000000000"));
  CHECK_THAT(message("[platform]\nclock_hz = 10\n"),
             StartsWith("test.toml:2:12: '10' is not a value for platform.clock_hz"));
  CHECK_THAT(message("[platform]\nclock_hz = -5\n"),
             StartsWith("test.toml:2:12: '-5' is not a value for platform.clock_hz"));
  CHECK_THAT(message("strategy = \"magic\"\n"),
             Equals("test.toml:1:12: 'magic' is not a value for strategy: it takes one of native, "
                    "trap"));
  CHECK_THAT(message("[platform]\ndram_bytes = \"64 parsecs\"\n"),
             StartsWith("test.toml:2:14: '64 parsecs' is not a value for platform.dram_bytes: it "
                        "takes a size"));
  CHECK_THAT(message("name = \"../../etc\"\n"), StartsWith("test.toml:1:8: '../../etc'"));
  const std::string longest(64, 'n');
  CHECK(parse("name = \"" + longest + "\"\n" + good).name == longest);
  CHECK_THAT(message("name = \"" + longest + "n\"\n"),
             EndsWith("it takes a string of at most 64 letters, digits, '-' and '_'"));
  CHECK_THAT(message("name = true\n"), StartsWith("test.toml:1:8: name is of type boolean"));
}

TEST_CASE("a missing file") {
  CHECK_THAT(message("[[vm]]\nname = \"a\"\nimage = \"nowhere.elf\"\n"),
             StartsWith("test.toml:3:9: image is 'nowhere.elf', but there is no such file"));
}

TEST_CASE("a VM without name or image, vm that is no array of tables") {
  CHECK_THAT(message("[[vm]]\nimage = \"guest.elf\"\n"),
             StartsWith("test.toml:1:1: this [[vm]] has no 'name'"));
  CHECK_THAT(message("[[vm]]\nname = \"a\"\n"),
             StartsWith("test.toml:1:1: this [[vm]] has no 'image'"));
  CHECK_THAT(message("vm = 3\n"), StartsWith("test.toml:1:6: vm is an array of tables"));
}

TEST_CASE("settings that do not go together") {
  CHECK_THAT(message(good, {"platform.clock_hz=3000000"}),
             Equals("--set platform.clock_hz=3000000: platform.clock_hz = 3000000 does not divide "
                    "10^12: a period must be a whole number of picoseconds"));
  CHECK_THAT(message(good, {"platform.timebase_hz=3"}),
             StartsWith("--set platform.timebase_hz=3: platform.clock_hz = 50000000 must be 1 to "
                        "65535 times"));
  CHECK_THAT(message(good, {"platform.dram_bytes=5000000"}),
             StartsWith("--set platform.dram_bytes=5000000: platform.dram_bytes = 5000000 is not a "
                        "multiple of 2 MiB"));
  CHECK_THAT(message(good, {"platform.isa=rv64imq"}),
             StartsWith("--set platform.isa=rv64imq: platform.isa = 'rv64imq', at character 7"));
  CHECK_THAT(message(good, {"vm.guest.memory=3000000"}),
             StartsWith("--set vm.guest.memory=3000000: vm.guest.memory = 3000000 is not"));
  CHECK_THAT(message(good + "[[vm]]\nname = \"b\"\nimage = \"guest.elf\"\n"),
             StartsWith("test.toml:1:12: strategy 'native' runs exactly one [[vm]], here are 2"));
  CHECK_THAT(message("strategy = \"trap\"\n"),
             StartsWith("test.toml:1:12: a scenario has 1 to 16 [[vm]], here are 0"));
  std::string seventeen = "strategy = \"trap\"\n";
  for (unsigned n = 1; n <= 17; ++n) {
    seventeen += "[[vm]]\nname = \"vm" + std::to_string(n) +
                 "\"\nimage = \"guest.elf\"\nmemory = \"2MiB\"\n";
  }
  CHECK_THAT(message(seventeen),
             StartsWith("test.toml:1:12: a scenario has 1 to 16 [[vm]], here are 17"));
  const std::string twin = "[[vm]]\nname = \"a\"\nimage = \"guest.elf\"\n";
  CHECK_THAT(message(twin + twin), StartsWith("test.toml:5:8: the name 'a' is already taken"));
  CHECK_THAT(message("[[vm]]\nname = \"hypervisor\"\nimage = \"guest.elf\"\n"),
             StartsWith("test.toml:2:8: the name 'hypervisor' is already taken"));
  CHECK_THAT(message(twin + "memory = \"1GiB\"\n"),
             StartsWith("test.toml:4:10: the hypervisor and the VMs up to 'a' need"));
}

TEST_CASE("overrides that are none") {
  CHECK_THAT(message(good, {"platform.sync"}),
             Equals("--set platform.sync: a setting is written KEY=VALUE"));
  CHECK_THAT(message(good, {"sync=fast"}), StartsWith("--set sync=fast: unknown setting 'sync'"));
  CHECK_THAT(message(good, {"vm.guest=1"}), StartsWith("--set vm.guest=1: a setting of a VM"));
  CHECK_THAT(message(good, {"vm.other.memory=1"}),
             Equals("--set vm.other.memory=1: there is no VM named 'other'; there are: guest"));
  CHECK_THAT(message(good, {"vm.guest.colour=1"}),
             StartsWith("--set vm.guest.colour=1: unknown setting 'vm.guest.colour'"));
}

TEST_CASE("a scenario that does not exist") {
  CHECK_THROWS_WITH(find_scenario("no-such-thing"),
                    StartsWith("no-such-thing: there is no such scenario; those that come"));
  CHECK_THROWS_WITH(find_scenario("dir/none.toml"),
                    Equals("dir/none.toml: there is no such scenario file"));
}

}  // namespace
}  // namespace cyclevisor
