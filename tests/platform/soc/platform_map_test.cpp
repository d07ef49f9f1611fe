// The RTL package and the linker scripts, which cannot include models/base/virt_map.h, have its
// numbers. And the list of devices has room for as many VMs as the hypervisor takes.
#include <catch2/catch.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "hypervisor/base/types.hpp"
#include "models/base/virt_map.hpp"
#include "models/plic/plic.hpp"
#include "platform/scenario/scenario_reader.hpp"
#include "platform/soc/device_list.hpp"

using namespace cyclevisor;

namespace {

std::string source(const std::string& path) {
  std::ifstream file(SOURCE_FOLDER "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

/// The hexadecimal number that the first group of `pattern` matches.
std::uint64_t number_in(const std::string& path, const std::string& pattern) {
  const std::string text = source(path);
  std::smatch match;
  REQUIRE(std::regex_search(text, match, std::regex(pattern)));
  return std::stoull(match[1], nullptr, 16);
}

/// All that a scenario with `vms` VMs has; one UART is the hypervisor's.
std::vector<PlatformDevice> devices_of(unsigned vms) {
  DeviceSelection selection;
  selection.dram_bytes = std::uint64_t{256} << 20;
  selection.uarts = vms + 1;
  return platform_devices(selection);
}

}  // namespace

TEST_CASE("platform map: the RTL timer has its registers there") {
  const auto offset = [](const std::string& name) {
    return number_in("rtl/timer_pkg.sv", name + "Offset = 16'h([0-9a-f]+);");
  };
  CHECK(offset("Msip") == virt::msip_offset);
  CHECK(offset("Mtimecmp") == virt::mtimecmp_offset);
  CHECK(offset("Mtime") == virt::mtime_offset);
}

TEST_CASE("platform map: programs are linked for the beginning of DRAM") {
  for (const char* script : {"hypervisor/link.ld", "guests/common/link.ld"}) {
    CHECK(number_in(script, "\\. = 0x([0-9a-f]+);") == virt::dram_base);
  }
}

TEST_CASE("platform map: as many VMs as the hypervisor takes, each with a UART") {
  STATIC_REQUIRE(max_vms == hypervisor::maximum_vms);
  // Recordings and device trees name these addresses.
  CHECK(virt::uart_base(0) == 0x1000'0000);
  CHECK(virt::uart_base(1) == 0x1000'0100);
  CHECK(virt::uart_base(7) == 0x1000'0700);
  CHECK(virt::uart_base(15) == 0x1000'0f00);
  CHECK(virt::uart_base(16) == 0x1000'9000);
  CHECK(virt::uart_interrupt(0) == 10);
  CHECK(virt::uart_interrupt(1) == 41);
  CHECK(virt::uart_interrupt(16) == 56);
  CHECK(virt::uart_interrupt(max_vms) <= Plic::sources);
}

TEST_CASE("device list: windows and interrupts are apart from each other") {
  const std::vector<PlatformDevice> devices = devices_of(max_vms);
  CHECK(devices.size() == 4 + max_vms + 1 + virt::virtio_slots);
  std::set<unsigned> interrupts;
  for (const PlatformDevice& device : devices) {
    INFO(device.name);
    // Where QEMU has them.
    if (device.name == "virtio0") CHECK(device.first == 0x1000'1000);
    if (device.name == "virtio7") CHECK(device.first == 0x1000'8000);
    for (const PlatformDevice& other : devices) {
      if (&other == &device) continue;
      CHECK((device.first + device.bytes <= other.first ||
             other.first + other.bytes <= device.first));
    }
    if (device.interrupt != 0) CHECK(interrupts.insert(device.interrupt).second);
  }
}
