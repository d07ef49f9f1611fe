#include "hypervisor/boot/config.hpp"

#include "hypervisor/boot/page_table.hpp"
#include "hypervisor/core/scheduler.hpp"

namespace cyclevisor::hypervisor {
namespace {

constexpr unsigned maximum_plic_source = 1023;

bool overlap(HostRange a, HostRange b) {
  return a.first.value < b.first.value + b.bytes && b.first.value < a.first.value + a.bytes;
}

bool inside(HostRange inner, HostRange outer) {
  return inner.first.value >= outer.first.value && inner.bytes <= outer.bytes &&
         inner.first.value - outer.first.value <= outer.bytes - inner.bytes;
}

/// `reg` of a node whose parent has two address and two size cells.
bool read_range(const Fdt& fdt, Fdt::Node node, HostRange& range) {
  const Fdt::Property reg = fdt.property(node, "reg");
  if (!reg || reg.bytes < 16) return false;
  range.first.value = reg.cells_64(0);
  range.bytes = reg.cells_64(2);
  return true;
}

Fdt::Node find_compatible(const Fdt& fdt, const char* compatible) {
  for (Fdt::Node node = fdt.root(); node; node = fdt.next(node)) {
    if (fdt.property(node, "compatible").lists(compatible)) return node;
  }
  return Fdt::Node{};
}

bool read_address(const Fdt& fdt, Fdt::Node node, const char* name, uint64_t& value) {
  const Fdt::Property property = fdt.property(node, name);
  if (!property.has_cells(2)) return false;
  value = property.cells_64(0);
  return true;
}

/// The PLIC source of the device at `address`; 0 when the tree names none.
unsigned read_interrupt(const Fdt& fdt, const char* compatible, HostAddress address) {
  for (Fdt::Node node = fdt.root(); node; node = fdt.next(node)) {
    HostRange range;
    if (!fdt.property(node, "compatible").lists(compatible)) continue;
    if (!read_range(fdt, node, range) || range.first.value != address.value) continue;
    const Fdt::Property interrupts = fdt.property(node, "interrupts");
    const unsigned source = interrupts.has_cells(1) ? interrupts.cell(0) : 0;
    return source <= maximum_plic_source ? source : 0;
  }
  return 0;
}

void copy_name(const char* from, char (&to)[32]) {
  unsigned i = 0;
  for (; i + 1 < sizeof to && from[i] != 0; ++i) to[i] = from[i];
  to[i] = 0;
}

const char* read_vm(const Fdt& fdt, Fdt::Node node, VmConfig& vm) {
  if (!read_range(fdt, node, vm.partition)) return "reg is missing or too short";
  if (vm.partition.bytes == 0 || vm.partition.bytes > maximum_partition_bytes ||
      vm.partition.bytes % page_bytes != 0) {
    return "partition's size is zero, over 1 GiB or no multiple of 4 KiB";
  }
  if (vm.partition.first.value % large_page_bytes != 0) return "partition is not 2 MiB aligned";
  const Fdt::Property number = fdt.property(node, "cyclevisor,number");
  if (!number.has_cells(1)) return "cyclevisor,number is missing";
  vm.number = number.cell(0);
  if (vm.number < 1 || vm.number > maximum_vms) return "cyclevisor,number is not 1..16";
  const Fdt::Property name = fdt.property(node, "cyclevisor,name");
  copy_name(name ? name.string() : fdt.name(node), vm.name);
  if (!read_address(fdt, node, "cyclevisor,entry", vm.entry.value)) {
    return "cyclevisor,entry is missing";
  }
  if (!read_address(fdt, node, "cyclevisor,dtb", vm.dtb.value)) return "cyclevisor,dtb is missing";
  if (!read_address(fdt, node, "cyclevisor,console", vm.console.value)) {
    return "cyclevisor,console is missing";
  }
  vm.console_interrupt = read_interrupt(fdt, "ns16550a", vm.console);
  if (!fdt.property(node, "cyclevisor,disk")) return nullptr;
  if (!read_address(fdt, node, "cyclevisor,disk", vm.disk.value)) {
    return "cyclevisor,disk is not two cells";
  }
  vm.disk_interrupt = read_interrupt(fdt, "virtio,mmio", vm.disk);
  return vm.disk_interrupt == 0 ? "cyclevisor,disk names no virtio,mmio with an interrupt"
                                : nullptr;
}

const char* check_vm(const Config& config, unsigned index, HostRange image) {
  const VmConfig& vm = config.vms[index];
  if (!inside(vm.partition, config.memory)) return "partition lies outside memory";
  if (overlap(vm.partition, image)) return "partition overlaps the hypervisor";
  for (unsigned i = 0; i < index; ++i) {
    if (overlap(vm.partition, config.vms[i].partition)) return "partition overlaps another VM's";
    if (vm.number == config.vms[i].number) return "cyclevisor,number is used twice";
    if (vm.disk.value != 0 && vm.disk.value == config.vms[i].disk.value) {
      return "cyclevisor,disk is another VM's";
    }
  }
  return nullptr;
}

ConfigError read_devices(const Fdt& fdt, Config& config) {
  HostRange range;
  if (!read_range(fdt, find_compatible(fdt, "riscv,clint0"), range)) {
    return {"no timer (compatible riscv,clint0) with a reg", "/soc"};
  }
  config.timer = range.first;
  if (!read_range(fdt, find_compatible(fdt, "sifive,test0"), range)) {
    return {"no finisher (compatible sifive,test0) with a reg", "/soc"};
  }
  config.finisher = range.first;
  // Without a PLIC no input interrupts; guests that poll get theirs all the same.
  if (read_range(fdt, find_compatible(fdt, "riscv,plic0"), range)) config.plic = range.first;
  const Fdt::Node chosen = fdt.find("/chosen");
  const Fdt::Node console = fdt.find(fdt.property(chosen, "stdout-path").string());
  if (!fdt.property(console, "compatible").lists("ns16550a") || !read_range(fdt, console, range)) {
    return {"stdout-path names no ns16550a with a reg", "/chosen"};
  }
  config.console = range.first;
  for (Fdt::Node node = fdt.first_child(fdt.root()); node; node = fdt.next_sibling(node)) {
    if (!equal(fdt.property(node, "device_type").string(), "memory")) continue;
    if (!read_range(fdt, node, config.memory)) return {"reg is too short", fdt.name(node)};
    if (config.memory.first.value + config.memory.bytes < config.memory.first.value) {
      return {"memory ends behind the last address", fdt.name(node)};
    }
    return {};
  }
  return {"no memory node", "/"};
}

}  // namespace

ConfigError read_config(const Fdt& fdt, HostRange image, Config& config) {
  if (const ConfigError error = read_devices(fdt, config)) return error;
  const Fdt::Node chosen = fdt.find("/chosen");
  const Fdt::Property slice = fdt.property(chosen, "cyclevisor,slice");
  if (slice.has_cells(1)) {
    config.slice = slice.cell(0);
  } else if (slice.has_cells(2)) {
    config.slice = slice.cells_64(0);
  } else if (slice) {
    return {"cyclevisor,slice is not one or two cells", "/chosen"};
  }
  if (config.slice < minimum_slice) return {"cyclevisor,slice is under 200", "/chosen"};
  for (Fdt::Node node = fdt.first_child(chosen); node; node = fdt.next_sibling(node)) {
    if (!fdt.property(node, "compatible").lists("cyclevisor,vm")) continue;
    if (config.vm_count == maximum_vms) return {"more than 16 VMs", fdt.name(node)};
    const char* reason = read_vm(fdt, node, config.vms[config.vm_count]);
    if (reason == nullptr) reason = check_vm(config, config.vm_count, image);
    if (reason != nullptr) return {reason, fdt.name(node)};
    ++config.vm_count;
  }
  if (config.vm_count == 0) return {"no VM (compatible cyclevisor,vm)", "/chosen"};
  return {};
}

}  // namespace cyclevisor::hypervisor
