// The device-tree reader and the configuration, on blobs written by libfdt, whole and damaged.
#include "hypervisor/boot/config.hpp"

#include <libfdt.h>

#include <catch2/catch.hpp>
#include <random>
#include <vector>

using namespace cyclevisor::hypervisor;

namespace {

struct VmNode {
  std::uint64_t base = 0x81000000;
  std::uint64_t bytes = 0x01000000;
  std::uint32_t number = 1;
};

using Blob = std::vector<std::uint64_t>;  // aligned to eight bytes

const std::uint8_t* bytes_of(const Blob& blob) {
  return reinterpret_cast<const std::uint8_t*>(blob.data());
}

void reg(void* fdt, std::uint64_t base, std::uint64_t bytes) {
  const fdt64_t cells[2] = {cpu_to_fdt64(base), cpu_to_fdt64(bytes)};
  REQUIRE(fdt_property(fdt, "reg", cells, sizeof cells) == 0);
}

/// A platform's device tree; `slice` 0 leaves the property out.
Blob platform(const std::vector<VmNode>& vms, std::uint32_t slice = 0) {
  Blob blob(2048);
  void* fdt = blob.data();
  REQUIRE(fdt_create(fdt, static_cast<int>(8 * blob.size())) == 0);
  fdt_finish_reservemap(fdt);
  fdt_begin_node(fdt, "");
  fdt_begin_node(fdt, "memory@80000000");
  fdt_property_string(fdt, "device_type", "memory");
  reg(fdt, 0x80000000, 0x10000000);
  fdt_end_node(fdt);
  fdt_begin_node(fdt, "soc");
  fdt_begin_node(fdt, "clint@2000000");
  fdt_property(fdt, "compatible", "sifive,clint0\0riscv,clint0", 27);
  reg(fdt, 0x2000000, 0x10000);
  fdt_end_node(fdt);
  fdt_begin_node(fdt, "test@100000");
  fdt_property(fdt, "compatible", "sifive,test1\0sifive,test0\0syscon", 33);
  reg(fdt, 0x100000, 0x1000);
  fdt_end_node(fdt);
  fdt_begin_node(fdt, "serial@10000000");
  fdt_property_string(fdt, "compatible", "ns16550a");
  reg(fdt, 0x10000000, 0x100);
  fdt_end_node(fdt);
  fdt_end_node(fdt);
  fdt_begin_node(fdt, "chosen");
  fdt_property_string(fdt, "stdout-path", "/soc/serial@10000000:115200n8");
  if (slice != 0) fdt_property_u32(fdt, "cyclevisor,slice", slice);
  unsigned unit = 0;
  for (const VmNode& vm : vms) {
    const std::string name = "vm@" + std::to_string(++unit);
    fdt_begin_node(fdt, name.c_str());
    fdt_property_string(fdt, "compatible", "cyclevisor,vm");
    reg(fdt, vm.base, vm.bytes);
    fdt_property_string(fdt, "cyclevisor,name", "guest");
    fdt_property_u32(fdt, "cyclevisor,number", vm.number);
    fdt_property_u64(fdt, "cyclevisor,entry", 0x80000000);
    fdt_property_u64(fdt, "cyclevisor,dtb", 0x80e00000);
    fdt_property_u64(fdt, "cyclevisor,console", 0x10000100);
    fdt_end_node(fdt);
  }
  fdt_end_node(fdt);
  fdt_end_node(fdt);
  REQUIRE(fdt_finish(fdt) == 0);
  return blob;
}

const HostRange image{HostAddress{0x80000000}, 0x40000};

std::string read(const Blob& blob, Config& config) {
  Fdt fdt;
  const Fdt::Status status = fdt.open(bytes_of(blob), static_cast<std::uint32_t>(8 * blob.size()));
  if (status != Fdt::Status::ok) return Fdt::text(status);
  const ConfigError error = read_config(fdt, image, config);
  return error ? std::string(error.node) + ": " + error.reason : "";
}

std::string read(const Blob& blob) {
  Config config;
  return read(blob, config);
}

}  // namespace

TEST_CASE("a platform with two VMs") {
  Config config;
  REQUIRE(read(platform({{0x81000000, 0x01000000, 1}, {0x82000000, 0x00801000, 7}}, 500), config) ==
          "");
  CHECK(config.timer.value == 0x2000000);
  CHECK(config.finisher.value == 0x100000);
  CHECK(config.console.value == 0x10000000);
  CHECK(config.memory.bytes == 0x10000000);
  CHECK(config.slice == 500);
  REQUIRE(config.vm_count == 2);
  CHECK(std::string(config.vms[0].name) == "guest");
  CHECK(config.vms[1].number == 7);
  CHECK(config.vms[1].partition.first.value == 0x82000000);
  CHECK(config.vms[1].partition.bytes == 0x801000);
  CHECK(config.vms[1].entry.value == 0x80000000);
  CHECK(config.vms[1].dtb.value == 0x80e00000);
  CHECK(config.vms[1].console.value == 0x10000100);
}

TEST_CASE("mistakes are named") {
  CHECK(read(platform({})) == "/chosen: no VM (compatible cyclevisor,vm)");
  CHECK(read(platform({{}}, 10)) == "/chosen: cyclevisor,slice is under 200");
  CHECK(read(platform({{0x81001000, 0x1000, 1}})) == "vm@1: partition is not 2 MiB aligned");
  CHECK(read(platform({{0x81000000, 0x1001, 1}})) ==
        "vm@1: partition's size is zero, over 1 GiB or no multiple of 4 KiB");
  CHECK(read(platform({{0x80000000, 0x200000, 1}})) == "vm@1: partition overlaps the hypervisor");
  CHECK(read(platform({{0x8f000000, 0x1001000, 1}})) == "vm@1: partition lies outside memory");
  CHECK(read(platform({{0xffffffffffe00000, 0x200000, 1}})) ==
        "vm@1: partition lies outside memory");
  CHECK(read(platform({{}, {0x81e00000, 0x200000, 2}})) == "vm@2: partition overlaps another VM's");
  CHECK(read(platform({{}, {0x82000000, 0x200000, 1}})) == "vm@2: cyclevisor,number is used twice");
  CHECK(read(platform({{0x81000000, 0x200000, 0}})) == "vm@1: cyclevisor,number is not 1..16");
  CHECK(read(platform({{0x81000000, 0x200000, 17}})) == "vm@1: cyclevisor,number is not 1..16");
  CHECK(read(Blob(64)) == "no device tree (magic number)");
}

TEST_CASE("sixteen VMs are enough, seventeen too many") {
  std::vector<VmNode> vms;
  for (std::uint32_t i = 0; i < 16; ++i)
    vms.push_back({0x81000000 + i * 0x200000, 0x200000, i + 1});
  CHECK(read(platform(vms)) == "");
  vms.push_back({0x83000000, 0x200000, 1});
  CHECK(read(platform(vms)) == "vm@17: more than 16 VMs");
}

TEST_CASE("damaged device trees are refused or read, but never read outside") {
  const Blob good = platform({{}, {0x82000000, 0x200000, 2}});
  std::mt19937_64 random(4);
  for (int i = 0; i < 50'000; ++i) {
    Blob bad = good;
    auto* bytes = reinterpret_cast<std::uint8_t*>(bad.data());
    const std::uint32_t used = fdt_totalsize(good.data());
    for (std::uint64_t n = 1 + random() % 4; n != 0; --n) {
      bytes[random() % used] = static_cast<std::uint8_t>(random() >> (random() % 8 + 56));
    }
    if (random() % 4 == 0) bad.resize(random() % bad.size() + 1);
    Config config;
    const std::string verdict = read(bad, config);
    REQUIRE(config.vm_count <= maximum_vms);
    (void)verdict;
  }
}

TEST_CASE("nodes are found by path and walked in order") {
  const Blob blob = platform({{}});
  Fdt fdt;
  REQUIRE(fdt.open(bytes_of(blob), static_cast<std::uint32_t>(8 * blob.size())) == Fdt::Status::ok);
  CHECK(std::string(fdt.name(fdt.find("/soc/test@100000"))) == "test@100000");
  CHECK_FALSE(fdt.find("/soc/test"));
  CHECK_FALSE(fdt.find("/soc/test@100000/x"));
  CHECK_FALSE(fdt.find("soc"));
  unsigned nodes = 0;
  for (Fdt::Node node = fdt.root(); node; node = fdt.next(node)) ++nodes;
  CHECK(nodes == 8);
  unsigned children = 0;
  for (Fdt::Node node = fdt.first_child(fdt.root()); node; node = fdt.next_sibling(node)) {
    ++children;
  }
  CHECK(children == 3);
}
