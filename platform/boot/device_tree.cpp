#include "platform/boot/device_tree.hpp"

#include <fmt/format.h>
#include <libfdt.h>

#include <functional>
#include <initializer_list>
#include <stdexcept>

#include "models/plic/plic.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint32_t interrupt_controller_phandle = 1;
constexpr std::uint32_t finisher_phandle = 2;
constexpr std::uint32_t plic_phandle = 3;
/// "No interrupt" in interrupts-extended: the context exists and leads nowhere.
constexpr std::uint32_t no_interrupt = 0xffffffff;
constexpr std::size_t blob_bytes = 64 * 1024;

/// Writes a tree from its root on; libfdt's errors become exceptions.
class TreeWriter {
 public:
  using Body = std::function<void()>;

  TreeWriter() : blob_(blob_bytes, '\0') {
    check(fdt_create(blob_.data(), static_cast<int>(blob_.size())));
    check(fdt_finish_reservemap(blob_.data()));
  }

  void node(const std::string& name, const Body& body) {
    check(fdt_begin_node(blob_.data(), name.c_str()));
    body();
    check(fdt_end_node(blob_.data()));
  }
  void flag(const char* name) { check(fdt_property(blob_.data(), name, nullptr, 0)); }
  void text(const char* name, const std::string& value) {
    check(fdt_property_string(blob_.data(), name, value.c_str()));
  }
  /// A list of strings, each ended by a zero byte.
  void texts(const char* name, std::initializer_list<std::string> values) {
    std::string list;
    for (const std::string& value : values) list += value + '\0';
    check(fdt_property(blob_.data(), name, list.data(), static_cast<int>(list.size())));
  }
  void cells(const char* name, std::initializer_list<std::uint32_t> values) {
    std::string bytes;
    for (const std::uint32_t value : values) {
      for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    }
    check(fdt_property(blob_.data(), name, bytes.data(), static_cast<int>(bytes.size())));
  }
  /// Two cells.
  void number64(const char* name, std::uint64_t value) { cells(name, {high(value), low(value)}); }
  /// An address and a size of two cells each.
  void reg(std::uint64_t first, std::uint64_t bytes) {
    cells("reg", {high(first), low(first), high(bytes), low(bytes)});
  }

  std::string finish() {
    check(fdt_finish(blob_.data()));
    blob_.resize(fdt_totalsize(blob_.data()));
    return blob_;
  }

 private:
  static std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }
  static std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
  static void check(int error) {
    if (error != 0) throw std::runtime_error(std::string("device tree: ") + fdt_strerror(error));
  }

  std::string blob_;
};

/// The ISA string as device trees have it: S and U are not extensions there.
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

void write_devices(TreeWriter& tree, const MachineDescription& machine) {
  tree.node("soc", [&] {
    tree.cells("#address-cells", {2});
    tree.cells("#size-cells", {2});
    tree.text("compatible", "simple-bus");
    tree.flag("ranges");
    tree.node("test@100000", [&] {
      tree.texts("compatible", {"sifive,test1", "sifive,test0", "syscon"});
      tree.reg(0x100000, 0x1000);
      tree.cells("phandle", {finisher_phandle});
    });
    tree.node("clint@2000000", [&] {
      tree.texts("compatible", {"sifive,clint0", "riscv,clint0"});
      tree.reg(0x2000000, 0x10000);
      tree.cells("interrupts-extended",
                 {interrupt_controller_phandle, 3, interrupt_controller_phandle, 7});
    });
    tree.node(fmt::format("plic@{:x}", plic_address), [&] {
      tree.texts("compatible", {"sifive,plic-1.0.0", "riscv,plic0"});
      tree.reg(plic_address, plic_bytes);
      tree.cells("#address-cells", {0});
      tree.cells("#interrupt-cells", {1});
      tree.flag("interrupt-controller");
      tree.cells("interrupts-extended",
                 {interrupt_controller_phandle, 11, interrupt_controller_phandle,
                  machine.isa.contains(Extension::s) ? 9 : no_interrupt});
      tree.cells("riscv,ndev", {Plic::sources});
      tree.cells("phandle", {plic_phandle});
    });
    for (unsigned n = 0; n < machine.uarts; ++n) {
      tree.node(fmt::format("serial@{:x}", uart_address(n)), [&] {
        tree.text("compatible", "ns16550a");
        tree.reg(uart_address(n), 0x100);
        tree.cells("interrupt-parent", {plic_phandle});
        tree.cells("interrupts", {uart_interrupt(n)});
        tree.cells("clock-frequency", {3686400});
      });
    }
    for (const DeviceSection& device : machine.devices) {
      tree.node(fmt::format("{}@{:x}", device.name, device.address), [&] {
        tree.text("compatible", device.compatible);
        tree.reg(device.address, device.bytes);
        if (device.interrupt == 0) return;
        tree.cells("interrupt-parent", {plic_phandle});
        tree.cells("interrupts", {device.interrupt});
      });
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
      tree.text("stdout-path", fmt::format("/soc/serial@{:x}", uart_address(0)));
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
      });
    }
  });
}

bool is_device_tree(const std::string& blob) {
  return blob.size() >= sizeof(fdt_header) && fdt_check_full(blob.data(), blob.size()) == 0;
}

}  // namespace cyclevisor
