#include "platform/boot/device_tree.hpp"

#include <fmt/format.h>
#include <libfdt.h>

#include <functional>

#include "models/base/virt_map.hpp"
#include "platform/soc/device_list.hpp"
#include "platform/soc/tree_writer.hpp"

namespace cyclevisor {
namespace {

/// The ISA string for device trees: S and U are not extensions there.
std::string device_tree_isa(ExtensionSet isa) {
  return isa_string(isa.without(Extension::s).without(Extension::u));
}

void write_cpus(TreeWriter& tree, const MachineDescription& machine) {
  tree.node("cpus", [&] {
    tree.cells("#address-cells", {1});
    tree.cells("#size-cells", {0});
    tree.cells("timebase-frequency", {static_cast<std::uint32_t>(machine.timebase_hz)});
    tree.node("cpu@0", [&] {
      tree.text("device_type", "cpu");
      tree.cells("reg", {0});
      tree.text("status", "okay");
      tree.text("compatible", "riscv");
      tree.text("riscv,isa", device_tree_isa(machine.isa));
      if (!machine.mmu_type.empty()) tree.text("mmu-type", machine.mmu_type);
      tree.node("interrupt-controller", [&] {
        tree.cells("#interrupt-cells", {1});
        tree.flag("interrupt-controller");
        tree.text("compatible", "riscv,cpu-intc");
        tree.cells("phandle", {interrupt_controller_phandle});
      });
    });
  });
}

void write_device(TreeWriter& tree, const PlatformDevice& device) {
  tree.node(fmt::format("{}@{:x}", device.node, device.first), [&] {
    tree.texts("compatible", device.compatible);
    tree.reg(device.first, device.bytes);
    if (device.interrupt != 0) {
      tree.cells("interrupt-parent", {plic_phandle});
      tree.cells("interrupts", {device.interrupt});
    }
    if (device.properties) device.properties(tree);
  });
}

void write_devices(TreeWriter& tree, const MachineDescription& machine) {
  DeviceSelection selection;
  selection.isa = machine.isa;
  selection.uarts = machine.uarts;
  selection.disks = machine.disks;
  selection.sections = machine.devices;
  tree.node("soc", [&] {
    tree.cells("#address-cells", {2});
    tree.cells("#size-cells", {2});
    tree.text("compatible", "simple-bus");
    tree.flag("ranges");
    for (const PlatformDevice& device : platform_devices(selection)) {
      if (!device.node.empty()) write_device(tree, device);
    }
  });
  const auto syscon = [&](const char* name, const char* compatible, std::uint32_t value) {
    tree.node(name, [&] {
      tree.text("compatible", compatible);
      tree.cells("regmap", {finisher_phandle});
      tree.cells("offset", {0});
      tree.cells("value", {value});
    });
  };
  syscon("poweroff", "syscon-poweroff", 0x5555);
  syscon("reboot", "syscon-reboot", 0x7777);
}

std::string write_machine(const MachineDescription& machine,
                          const std::function<void(TreeWriter&)>& chosen) {
  TreeWriter tree;
  tree.node("", [&] {
    tree.cells("#address-cells", {2});
    tree.cells("#size-cells", {2});
    tree.text("compatible", "riscv-virtio");
    tree.text("model", "riscv-virtio,cyclevisor");
    tree.node("chosen", [&] {
      tree.text("stdout-path", fmt::format("/soc/serial@{:x}", virt::uart_base(0)));
      if (!machine.bootargs.empty()) tree.text("bootargs", machine.bootargs);
      chosen(tree);
    });
    tree.node(fmt::format("memory@{:x}", machine.memory_first), [&] {
      tree.text("device_type", "memory");
      tree.reg(machine.memory_first, machine.memory_bytes);
    });
    write_cpus(tree, machine);
    write_devices(tree, machine);
  });
  return tree.finish();
}

}  // namespace

std::string machine_device_tree(const MachineDescription& machine) {
  return write_machine(machine, [](TreeWriter&) {});
}

std::string hypervisor_device_tree(const MachineDescription& machine, std::uint64_t slice,
                                   const std::vector<VmDescription>& vms) {
  return write_machine(machine, [&](TreeWriter& tree) {
    tree.cells("#address-cells", {2});
    tree.cells("#size-cells", {2});
    if (slice <= UINT32_MAX) {
      tree.cells("cyclevisor,slice", {static_cast<std::uint32_t>(slice)});
    } else {
      tree.number64("cyclevisor,slice", slice);
    }
    for (const VmDescription& vm : vms) {
      tree.node(fmt::format("vm@{:x}", vm.number), [&] {
        tree.text("compatible", "cyclevisor,vm");
        tree.reg(vm.partition_first, vm.partition_bytes);
        tree.text("cyclevisor,name", vm.name);
        tree.cells("cyclevisor,number", {vm.number});
        tree.number64("cyclevisor,entry", vm.entry);
        tree.number64("cyclevisor,dtb", vm.device_tree);
        tree.number64("cyclevisor,console", vm.console);
        if (vm.disk != 0) tree.number64("cyclevisor,disk", vm.disk);
      });
    }
  });
}

bool is_device_tree(const std::string& blob) {
  return blob.size() >= sizeof(fdt_header) && fdt_check_full(blob.data(), blob.size()) == 0;
}

}  // namespace cyclevisor
