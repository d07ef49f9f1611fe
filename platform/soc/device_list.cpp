#include "platform/soc/device_list.hpp"

#include <utility>

#include "models/base/virt_map.hpp"
#include "models/plic/plic.hpp"
#include "models/uart/uart.hpp"
#include "models/virtio/block_device.hpp"
#include "models/virtio/empty_slot.hpp"

namespace cyclevisor {
namespace {

/// "No interrupt" in interrupts-extended: the context exists and leads nowhere.
constexpr std::uint32_t no_interrupt = 0xffffffff;

// The serial line: start bit, eight data bits, stop bit.
constexpr std::uint64_t baud_rate = 115200;
constexpr std::uint64_t bits_per_character = 10;

class FinisherDevice final : public Device {
 public:
  explicit FinisherDevice(SocParts& parts)
      : finisher_("finisher", parts.clock_period(),
                  [&parts](const FinisherRequest& request) { parts.finish(request); }) {}
  Socket& socket() override { return finisher_.socket; }
  bool active() const override { return false; }

 private:
  Finisher finisher_;
};

class EmptySlotDevice final : public Device {
 public:
  EmptySlotDevice(SocParts& parts, unsigned slot)
      : slot_(("virtio" + std::to_string(slot)).c_str(), parts.clock_period()) {}
  Socket& socket() override { return slot_.socket; }
  bool active() const override { return false; }

 private:
  EmptyVirtioSlot slot_;
};

class DiskDevice final : public Device {
 public:
  DiskDevice(SocParts& parts, unsigned slot)
      : disk_(("virtio" + std::to_string(slot)).c_str(), parts.clock_period(), parts.disk(slot),
              [&parts, slot](bool level) {
                parts.set_source(virt::virtio_interrupt(slot), level);
              }) {}
  Socket& socket() override { return disk_.socket; }
  MasterSocket* master() override { return &disk_.memory; }
  bool active() const override { return disk_.active(); }

 private:
  VirtioBlock disk_;
};

/// A UART and, if something is typed into it, the terminal at the other end of the line.
class UartDevice final : public Device {
 public:
  UartDevice(SocParts& parts, unsigned number)
      : uart_(("uart" + std::to_string(number)).c_str(), parts.clock_period(),
              [this, &parts, number](std::uint8_t character) {
                parts.print(number, character);
                if (terminal_ != nullptr) terminal_->receive(character);
              },
              [&parts, number](bool level) {
                parts.set_source(virt::uart_interrupt(number), level);
              }) {
    const std::vector<TerminalStep>& steps = parts.typed(number);
    if (steps.empty()) return;
    // A whole number of clock cycles, so that characters arrive with the clock.
    const std::uint64_t cycles =
        (parts.clock_hz() * bits_per_character + baud_rate - 1) / baud_rate;
    terminal_ = std::make_unique<Terminal>(
        ("terminal" + std::to_string(number)).c_str(), parts.clock_period(),
        sc_core::sc_time::from_value(cycles * parts.clock_period().value()), steps,
        [this](std::uint8_t character) { uart_.receive(character); });
    parts.add_terminal(number, *terminal_);
  }
  Socket& socket() override { return uart_.socket; }
  bool active() const override { return terminal_ != nullptr && terminal_->active(); }

 private:
  Uart uart_;
  std::unique_ptr<Terminal> terminal_;
};

PlatformDevice dram_row(std::uint64_t bytes) {
  PlatformDevice row;
  row.name = "dram";
  row.first = virt::dram_base;
  row.bytes = bytes;
  row.join = [](SocParts& parts) -> Device::Socket& { return parts.dram_socket(); };
  return row;
}

PlatformDevice finisher_row() {
  PlatformDevice row;
  row.name = "finisher";
  row.first = virt::finisher_base;
  row.bytes = virt::finisher_bytes;
  row.node = "test";
  row.compatible = {"sifive,test1", "sifive,test0", "syscon"};
  row.properties = [](TreeWriter& tree) { tree.cells("phandle", {finisher_phandle}); };
  row.join = [](SocParts& parts) -> Device::Socket& {
    return parts.keep(std::make_unique<FinisherDevice>(parts));
  };
  return row;
}

PlatformDevice timer_row() {
  PlatformDevice row;
  row.name = "timer";
  row.first = virt::timer_base;
  row.bytes = virt::timer_bytes;
  row.node = "clint";
  row.compatible = {"sifive,clint0", "riscv,clint0"};
  row.properties = [](TreeWriter& tree) {
    tree.cells("interrupts-extended",
               {interrupt_controller_phandle, 3, interrupt_controller_phandle, 7});
  };
  row.join = [](SocParts& parts) -> Device::Socket& { return parts.timer_socket(); };
  return row;
}

PlatformDevice plic_row(bool has_supervisor) {
  PlatformDevice row;
  row.name = "plic";
  row.first = virt::plic_base;
  row.bytes = virt::plic_bytes;
  row.node = "plic";
  row.compatible = {"sifive,plic-1.0.0", "riscv,plic0"};
  row.properties = [has_supervisor](TreeWriter& tree) {
    tree.cells("#address-cells", {0});
    tree.cells("#interrupt-cells", {1});
    tree.flag("interrupt-controller");
    tree.cells("interrupts-extended",
               {interrupt_controller_phandle, 11, interrupt_controller_phandle,
                has_supervisor ? 9 : no_interrupt});
    tree.cells("riscv,ndev", {Plic::sources});
    tree.cells("phandle", {plic_phandle});
  };
  row.join = [](SocParts& parts) -> Device::Socket& { return parts.plic_socket(); };
  return row;
}

PlatformDevice uart_row(unsigned number) {
  PlatformDevice row;
  row.name = "uart" + std::to_string(number);
  row.first = virt::uart_base(number);
  row.bytes = virt::uart_bytes;
  row.interrupt = virt::uart_interrupt(number);
  row.node = "serial";
  row.compatible = {"ns16550a"};
  row.properties = [](TreeWriter& tree) { tree.cells("clock-frequency", {3686400}); };
  row.join = [number](SocParts& parts) -> Device::Socket& {
    return parts.keep(std::make_unique<UartDevice>(parts, number));
  };
  row.title = "a UART";
  return row;
}

PlatformDevice virtio_row(unsigned slot) {
  PlatformDevice row;
  row.name = "virtio" + std::to_string(slot);
  row.first = virt::virtio_slot(slot);
  row.bytes = virt::virtio_slot_bytes;
  return row;
}

/// Not in the device tree: there is nothing to be driven.
PlatformDevice empty_slot_row(unsigned slot) {
  PlatformDevice row = virtio_row(slot);
  row.join = [slot](SocParts& parts) -> Device::Socket& {
    return parts.keep(std::make_unique<EmptySlotDevice>(parts, slot));
  };
  row.title = "a virtio slot";
  return row;
}

PlatformDevice disk_row(unsigned slot) {
  PlatformDevice row = virtio_row(slot);
  row.interrupt = virt::virtio_interrupt(slot);
  row.node = "virtio_mmio";
  row.compatible = {"virtio,mmio"};
  row.join = [slot](SocParts& parts) -> Device::Socket& {
    return parts.keep(std::make_unique<DiskDevice>(parts, slot));
  };
  row.title = "a disk";
  return row;
}

PlatformDevice plugin_row(const DeviceSection& section, std::size_t number) {
  PlatformDevice row;
  row.name = row.node = section.name;
  row.first = section.address;
  row.bytes = section.bytes;
  row.interrupt = section.interrupt;
  row.compatible = {section.compatible};
  row.join = [section, number](SocParts& parts) -> Device::Socket& {
    DeviceContext context;
    context.name = section.name;
    context.address = section.address;
    context.bytes = section.bytes;
    context.clock_period = parts.clock_period();
    context.parameters = section.parameters;
    context.interrupt = [&parts, source = section.interrupt](bool level) {
      parts.set_source(source, level);
    };
    return parts.keep(parts.library(number).make_device(context));
  };
  row.title = "'" + section.name + "'";
  row.where = section.where;
  return row;
}

}  // namespace

std::vector<PlatformDevice> platform_devices(const DeviceSelection& selection) {
  std::vector<PlatformDevice> list;
  if (selection.dram_bytes != 0) list.push_back(dram_row(selection.dram_bytes));
  list.push_back(finisher_row());
  list.push_back(timer_row());
  list.push_back(plic_row(selection.isa.contains(Extension::s)));
  for (unsigned n = 0; n < selection.uarts; ++n) list.push_back(uart_row(n));
  for (unsigned slot = 0; slot < virt::virtio_slots; ++slot) {
    list.push_back(slot < selection.disks ? disk_row(slot) : empty_slot_row(slot));
  }
  for (std::size_t n = 0; n < selection.sections.size(); ++n) {
    list.push_back(plugin_row(selection.sections[n], n));
  }
  return list;
}

}  // namespace cyclevisor
