// The trees are read back with libfdt, as what receives them does.
#include "platform/boot/device_tree.hpp"

#include <libfdt.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "platform/boot/boot.hpp"

namespace cyclevisor {
namespace {

class Tree {
 public:
  explicit Tree(std::string blob) : blob_(std::move(blob)) { REQUIRE(is_device_tree(blob_)); }

  std::vector<std::uint32_t> cells(const char* path, const char* name) const {
    int bytes = 0;
    const void* data = property(path, name, bytes);
    std::vector<std::uint32_t> values;
    for (int i = 0; data != nullptr && i + 4 <= bytes; i += 4) {
      values.push_back(
          fdt32_ld(reinterpret_cast<const fdt32_t*>(static_cast<const char*>(data) + i)));
    }
    return values;
  }
  std::string text(const char* path, const char* name) const {
    int bytes = 0;
    const void* data = property(path, name, bytes);
    return data == nullptr ? "(none)" : std::string(static_cast<const char*>(data), bytes - 1);
  }
  std::vector<std::string> children(const char* path) const {
    std::vector<std::string> names;
    int node = 0;
    fdt_for_each_subnode(node, blob_.data(), fdt_path_offset(blob_.data(), path)) {
      names.emplace_back(fdt_get_name(blob_.data(), node, nullptr));
    }
    return names;
  }
  bool has(const char* path) const { return fdt_path_offset(blob_.data(), path) >= 0; }

 private:
  const void* property(const char* path, const char* name, int& bytes) const {
    const int node = fdt_path_offset(blob_.data(), path);
    return node < 0 ? nullptr : fdt_getprop(blob_.data(), node, name, &bytes);
  }
  std::string blob_;
};

using Cells = std::vector<std::uint32_t>;

MachineDescription machine() {
  MachineDescription m;
  m.isa = parse_isa_string("rv64imac_zicsr_zifencei");
  m.mmu_type = "riscv,sv48";
  m.timebase_hz = 10'000'000;
  m.memory_first = 0x8000'0000;
  m.memory_bytes = 0x1'0000'0000;
  return m;
}

TEST_CASE("a device of the user's own has a node") {
  MachineDescription m = machine();
  DeviceSection device;
  device.name = "countdown";
  device.address = 0x1001'0000;
  device.bytes = 8;
  device.interrupt = 36;
  device.compatible = "example,countdown";
  m.devices.push_back(device);
  device.name = "silent";
  device.address = 0x1002'0000;
  device.interrupt = 0;
  m.devices.push_back(device);
  const Tree tree(machine_device_tree(m));
  CHECK(tree.text("/soc/countdown@10010000", "compatible") == "example,countdown");
  CHECK(tree.cells("/soc/countdown@10010000", "reg") == Cells{0, 0x10010000, 0, 8});
  CHECK(tree.cells("/soc/countdown@10010000", "interrupts") == Cells{36});
  CHECK(tree.cells("/soc/silent@10020000", "reg") == Cells{0, 0x10020000, 0, 8});
  CHECK(tree.cells("/soc/silent@10020000", "interrupts").empty());
}

TEST_CASE("slots without a device have no node, a disk has one") {
  MachineDescription m = machine();
  const std::vector<std::string> devices{"test@100000", "clint@2000000", "plic@c000000",
                                         "serial@10000000"};
  CHECK(Tree(machine_device_tree(m)).children("/soc") == devices);
  m.disks = 1;
  const Tree tree(machine_device_tree(m));
  CHECK(tree.children("/soc").size() == devices.size() + 1);
  CHECK(tree.text("/soc/virtio_mmio@10001000", "compatible") == "virtio,mmio");
  CHECK(tree.cells("/soc/virtio_mmio@10001000", "reg") == Cells{0, 0x10001000, 0, 0x1000});
  CHECK(tree.cells("/soc/virtio_mmio@10001000", "interrupts") == Cells{1});
}

TEST_CASE("a guest's tree describes the QEMU virt map") {
  const Tree tree(machine_device_tree(machine()));
  CHECK(tree.text("/", "compatible") == "riscv-virtio");
  CHECK(tree.cells("/memory@80000000", "reg") == Cells{0, 0x80000000, 1, 0});
  CHECK(tree.cells("/cpus", "timebase-frequency") == Cells{10'000'000});
  CHECK(tree.text("/cpus/cpu@0", "mmu-type") == "riscv,sv48");
  CHECK(tree.text("/cpus/cpu@0", "riscv,isa").rfind("rv64imac_", 0) == 0);
  CHECK(tree.cells("/soc/clint@2000000", "reg") == Cells{0, 0x2000000, 0, 0x10000});
  const Cells controller = tree.cells("/cpus/cpu@0/interrupt-controller", "phandle");
  REQUIRE(controller.size() == 1);
  CHECK(tree.cells("/soc/clint@2000000", "interrupts-extended") ==
        Cells{controller[0], 3, controller[0], 7});
  CHECK(tree.cells("/soc/serial@10000000", "reg") == Cells{0, 0x10000000, 0, 0x100});
  CHECK(tree.cells("/soc/serial@10000000", "interrupts") == Cells{10});
  CHECK(tree.cells("/soc/serial@10000000", "interrupt-parent") ==
        tree.cells("/soc/plic@c000000", "phandle"));
  CHECK(tree.cells("/soc/plic@c000000", "reg") == Cells{0, 0xc000000, 0, 0x600000});
  CHECK(tree.cells("/soc/plic@c000000", "riscv,ndev") == Cells{95});
  CHECK(tree.cells("/soc/plic@c000000", "interrupts-extended") ==
        Cells{controller[0], 11, controller[0], 9});
  CHECK_FALSE(tree.has("/soc/serial@10000100"));
  CHECK(tree.text("/chosen", "stdout-path") == "/soc/serial@10000000");
  CHECK(tree.cells("/poweroff", "regmap") == tree.cells("/soc/test@100000", "phandle"));
  CHECK(tree.cells("/poweroff", "value") == Cells{0x5555});
  CHECK(tree.cells("/reboot", "value") == Cells{0x7777});
}

TEST_CASE("a kernel's command line is in /chosen if there is one") {
  MachineDescription m = machine();
  CHECK(Tree(machine_device_tree(m)).text("/chosen", "bootargs") == "(none)");
  m.bootargs = "quiet no4lvl";
  CHECK(Tree(machine_device_tree(m)).text("/chosen", "bootargs") == "quiet no4lvl");
}

TEST_CASE("a machine without S-mode has no mmu-type") {
  MachineDescription m = machine();
  m.mmu_type.clear();
  CHECK(Tree(machine_device_tree(m)).text("/cpus/cpu@0", "mmu-type") == "(none)");
}

TEST_CASE("without S-mode the second context of the PLIC leads nowhere") {
  MachineDescription m = machine();
  m.isa = ExtensionSet{Extension::i, Extension::m, Extension::u};
  const Cells context =
      Tree(machine_device_tree(m)).cells("/soc/plic@c000000", "interrupts-extended");
  REQUIRE(context.size() == 4);
  CHECK(context[1] == 11);
  CHECK(context[3] == 0xffffffff);
}

TEST_CASE("the hypervisor's tree lists its VMs and their consoles") {
  MachineDescription m = machine();
  m.uarts = 3;
  const Tree tree(hypervisor_device_tree(
      m, 5000,
      {{1, "one", 0x81000000, 0x1000000, 0x80000004, 0x80e00000, 0x10000100},
       {2, "two", 0x1'82000000, 0x200000, 0x80000000, 0x801c0000, 0x10000200}}));
  CHECK(tree.cells("/chosen", "cyclevisor,slice") == Cells{5000});
  CHECK(tree.cells("/chosen", "#address-cells") == Cells{2});
  CHECK(tree.text("/chosen/vm@1", "compatible") == "cyclevisor,vm");
  CHECK(tree.cells("/chosen/vm@1", "reg") == Cells{0, 0x81000000, 0, 0x1000000});
  CHECK(tree.text("/chosen/vm@1", "cyclevisor,name") == "one");
  CHECK(tree.cells("/chosen/vm@1", "cyclevisor,entry") == Cells{0, 0x80000004});
  CHECK(tree.cells("/chosen/vm@1", "cyclevisor,dtb") == Cells{0, 0x80e00000});
  CHECK(tree.cells("/chosen/vm@2", "cyclevisor,number") == Cells{2});
  CHECK(tree.cells("/chosen/vm@2", "cyclevisor,console") == Cells{0, 0x10000200});
  CHECK(tree.cells("/chosen/vm@2", "reg") == Cells{1, 0x82000000, 0, 0x200000});
  CHECK(tree.cells("/soc/serial@10000100", "interrupts") == Cells{41});
  CHECK(tree.cells("/soc/serial@10000200", "interrupts") == Cells{42});
}

TEST_CASE("what is no device tree is recognised") {
  const std::string good = machine_device_tree(machine());
  CHECK_FALSE(is_device_tree(""));
  CHECK_FALSE(is_device_tree("not a tree, but longer than the header of one would be"));
  CHECK_FALSE(is_device_tree(good.substr(0, good.size() - 8)));
  CHECK_FALSE(is_device_tree(std::string(4, '\xff') + good.substr(4)));
}

TEST_CASE("the tree lies 2 MiB before the end of memory, closer in a small one") {
  CHECK(device_tree_offset(0x1000000) == 0xe00000);
  CHECK(device_tree_offset(0x200000) == 0x1c0000);
}

}  // namespace
}  // namespace cyclevisor
