// What memory and registers hold when a firmware starts, and where the guest lies then.
#include "platform/boot/firmware.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "platform/boot/boot.hpp"
#include "platform/base/configuration_error.hpp"
#include "platform/boot/device_tree.hpp"
#include "platform/scenario/scenario_reader.hpp"

namespace cyclevisor {
namespace {

using Catch::Contains;

/// The doublewords of little-endian contents.
std::vector<std::uint64_t> doublewords(const std::string& bytes) {
  std::vector<std::uint64_t> values(bytes.size() / 8);
  for (std::size_t i = 0; i < values.size() * 8; ++i) {
    values[i / 8] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * (i % 8));
  }
  return values;
}

/// A native scenario whose firmware and guest are raw images.
class RawFiles {
 public:
  // Tests run in processes of their own at the same time: the folder has the process's number.
  RawFiles()
      : path_(std::filesystem::temp_directory_path() /
              ("firmware-test-" + std::filesystem::read_symlink("/proc/self").string())) {
    std::filesystem::create_directories(path_);
    write("guest.bin", "guest");
    write("firmware.bin", "firmware");
  }
  ~RawFiles() { std::filesystem::remove_all(path_); }

  void write(const std::string& name, const std::string& contents) const {
    std::ofstream(path_ / name, std::ios::binary) << contents;
  }
  BootPlan plan(std::vector<Override> overrides = {}) const {
    overrides.push_back("platform.firmware=" + (path_ / "firmware.bin").string());
    return plan_boot(bare_scenario((path_ / "guest.bin").string(), overrides));
  }

 private:
  std::filesystem::path path_;
};

std::string contents_at(const BootPlan& plan, std::uint64_t address) {
  const auto blob = std::find_if(plan.blobs.begin(), plan.blobs.end(),
                                 [&](const BootBlob& b) { return b.address == address; });
  return blob == plan.blobs.end() ? "(nothing)" : blob->bytes;
}

TEST_CASE("fw_dynamic is told where the next stage lies and that it runs in S-mode") {
  // OpenSBI, include/sbi/fw_dynamic.h: magic "OSBI", version 2, address, mode, options, boot hart.
  CHECK(doublewords(firmware_dynamic_info(0x8020'0000)) ==
        std::vector<std::uint64_t>{0x4942534f, 2, 0x8020'0000, 1, 0, 0});
}

TEST_CASE("the firmware begins, the guest lies 2 MiB behind it") {
  const BootPlan plan = RawFiles().plan();
  CHECK(plan.entry == 0x8000'0000);
  CHECK(contents_at(plan, 0x8000'0000) == "firmware");
  CHECK(contents_at(plan, 0x8020'0000) == "guest");
  CHECK(plan.device_tree == 0x87e0'0000);
  CHECK(is_device_tree(contents_at(plan, plan.device_tree)));
  CHECK(contents_at(plan, plan.firmware_info) == firmware_dynamic_info(0x8020'0000));
  CHECK(plan.firmware_info % 8 == 0);
}

TEST_CASE("a firmware that reaches into the guest is refused") {
  const RawFiles files;
  files.write("firmware.bin", std::string(0x20'0000, 'f'));
  CHECK_NOTHROW(files.plan());
  files.write("firmware.bin", std::string(0x20'0001, 'f'));
  CHECK_THROWS_WITH(files.plan(), Contains("the guest lies at 0x80200000, where the firmware has "
                                           "0x200001 bytes from 0x80000000 on"));
}

TEST_CASE("a kernel's command line stands in the device tree") {
  const BootPlan plan = RawFiles().plan({"vm.program.bootargs=quiet no4lvl"});
  CHECK_THAT(contents_at(plan, plan.device_tree), Contains("quiet no4lvl"));
}

}  // namespace
}  // namespace cyclevisor
