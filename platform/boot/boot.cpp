#include "platform/boot/boot.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/base/virt_map.hpp"
#include "models/hart/isa/extensions.hpp"
#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"
#include "platform/boot/device_tree.hpp"
#include "platform/boot/landmarks.hpp"
#include "platform/boot/firmware.hpp"
#include "platform/scenario/scenario_reader.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;
/// The hypervisor's own device tree, inside the DRAM that it keeps for itself.
constexpr std::uint64_t hypervisor_device_tree_offset = 0x00e0'0000;
/// Bytes at the end of DRAM that are kept for `firmware_dynamic_info`.
constexpr std::uint64_t firmware_info_bytes = 64;

const ExtensionSet& virtual_isa() {
  // The hypervisor's virtual hart: M and U mode, no S (docs/hypervisor.md).
  static const ExtensionSet isa{Extension::i, Extension::m,     Extension::a,       Extension::c,
                                Extension::u, Extension::zicsr, Extension::zifencei};
  return isa;
}

/// A guest that starts in M-mode after reset.
void note_entry(BootPlan& plan, const ProgramImage& image, const InputFile& file) {
  if (image.format != ProgramImage::Format::elf || image.entry == virt::dram_base) return;
  plan.notes.push_back(fmt::format(
      "{}: its entry point is {:#x}; QEMU's virt machine with -bios none starts at {:#x}",
      file.given, image.entry, virt::dram_base));
}

/// Adds the image's contents, moved by `offset` from its own addresses to host-physical ones.
void place(BootPlan& plan, const InputFile& file, const ProgramImage& image, std::uint64_t offset) {
  for (const std::string& note : image.notes) plan.notes.push_back(file.given + ": " + note);
  for (const ProgramImage::Segment& segment : image.segments) {
    plan.blobs.push_back({segment.address + offset, segment.bytes});
  }
}

/// The program may use only its part of memory before the device tree.
ProgramImage read_image(const InputFile& file, std::uint64_t bytes, std::uint64_t raw_offset = 0) {
  return read_program(file.path, file.given, virt::dram_base, bytes, raw_offset);
}

std::string guest_device_tree(const ScenarioVm& vm, MachineDescription machine,
                              std::uint64_t room) {
  machine.bootargs = vm.bootargs;
  if (vm.device_tree.empty()) {
    std::string blob = machine_device_tree(machine);
    if (blob.size() <= room) return blob;
    throw ConfigurationError(
        "vm." + vm.name, fmt::format("its device tree has {} bytes, there is room for {}: give it "
                                     "more memory, or shorter bootargs",
                                     blob.size(), room));
  }
  std::string blob = read_file(vm.device_tree.path, vm.device_tree.given);
  if (!is_device_tree(blob)) {
    throw ConfigurationError(vm.device_tree.given, "not a flattened device tree");
  }
  if (blob.size() > room) {
    throw ConfigurationError(
        vm.device_tree.given,
        fmt::format("the device tree has {} bytes, there is room for {}", blob.size(), room));
  }
  return blob;
}

MachineDescription host_machine(const Scenario& scenario) {
  MachineDescription machine;
  machine.isa = scenario.extensions();
  if (machine.isa.contains(Extension::s)) machine.mmu_type = "riscv,sv48";
  machine.timebase_hz = scenario.timebase_hz;
  machine.memory_first = virt::dram_base;
  machine.memory_bytes = scenario.dram_bytes;
  machine.devices = scenario.devices;
  for (const ScenarioVm& vm : scenario.vms) machine.disks += vm.disk.empty() ? 0 : 1;
  return machine;
}

void check_apart(const ProgramImage& firmware, const ProgramImage& guest, const InputFile& file) {
  for (const ProgramImage::Segment& a : firmware.segments) {
    for (const ProgramImage::Segment& b : guest.segments) {
      if (a.address + a.memory_bytes <= b.address || b.address + b.memory_bytes <= a.address) {
        continue;
      }
      throw ConfigurationError(
          file.given,
          fmt::format("the guest lies at {:#x}, where the firmware has {:#x} bytes from "
                      "{:#x} on; link it for {:#x}",
                      b.address, a.memory_bytes, a.address, virt::dram_base + next_stage_offset));
    }
  }
}

/// The firmware executes first and finds the guest at its address.
void plan_firmware(BootPlan& plan, const Scenario& scenario, const ProgramImage& guest) {
  const ProgramImage firmware =
      read_image(scenario.firmware, device_tree_offset(scenario.dram_bytes));
  check_apart(firmware, guest, scenario.vms.front().image);
  place(plan, scenario.firmware, firmware, 0);
  plan.symbols.emplace(plan.symbols.begin(), firmware.code);
  plan.entry = firmware.entry;
  // After the tree, outside both images; fw_dynamic reads it before anything else executes.
  plan.firmware_info = virt::dram_base + scenario.dram_bytes - firmware_info_bytes;
  plan.blobs.push_back({plan.firmware_info, firmware_dynamic_info(guest.entry)});
}

void plan_native(BootPlan& plan, const Scenario& scenario) {
  const ScenarioVm& vm = scenario.vms.front();
  const std::uint64_t tree = device_tree_offset(scenario.dram_bytes);
  const bool firmware = !scenario.firmware.empty();
  const std::uint64_t tree_room = scenario.dram_bytes - tree - (firmware ? firmware_info_bytes : 0);
  const ProgramImage image = read_image(vm.image, tree, firmware ? next_stage_offset : 0);
  place(plan, vm.image, image, 0);
  if (!firmware) note_entry(plan, image, vm.image);
  plan.symbols.emplace_back(image.code);
  plan.entry = image.entry;
  plan.device_tree = virt::dram_base + tree;
  plan.blobs.push_back(
      {plan.device_tree, guest_device_tree(vm, host_machine(scenario), tree_room)});
  if (firmware) plan_firmware(plan, scenario, image);
  const auto htif = [&](const char* name) -> std::optional<std::uint64_t> {
    const auto symbol = image.by_name.find(name);
    const bool usable = symbol != image.by_name.end() && symbol->second % 8 == 0 &&
                        symbol->second - virt::dram_base < scenario.dram_bytes;
    return usable ? std::optional<std::uint64_t>(symbol->second) : std::nullopt;
  };
  plan.tohost = htif("tohost");
  plan.fromhost = htif("fromhost");
  plan.observed.vms.push_back(
      {1, vm.name, PhysicalAddress(virt::dram_base), scenario.dram_bytes, PhysicalAddress(0)});
}

void plan_trap(BootPlan& plan, const Scenario& scenario) {
  const ProgramImage hypervisor =
      read_image(scenario.hypervisor_image, hypervisor_device_tree_offset);
  place(plan, scenario.hypervisor_image, hypervisor, 0);
  plan.symbols.emplace_back(hypervisor.code);
  plan.entry = hypervisor.entry;
  plan.device_tree = virt::dram_base + hypervisor_device_tree_offset;

  std::vector<VmDescription> descriptions;
  std::uint64_t partition = virt::dram_base + hypervisor_bytes;
  unsigned number = 1;
  unsigned disks = 0;  // so far; the bus masters with the lowest numbers
  for (const ScenarioVm& vm : scenario.vms) {
    const std::uint64_t tree = device_tree_offset(vm.memory_bytes);
    const std::uint64_t offset = partition - virt::dram_base;
    const ProgramImage image = read_image(vm.image, tree);
    place(plan, vm.image, image, offset);
    note_entry(plan, image, vm.image);
    plan.symbols.emplace_back(image.code);
    MachineDescription machine;
    machine.isa = virtual_isa();
    machine.timebase_hz = scenario.timebase_hz;
    machine.memory_first = virt::dram_base;
    machine.memory_bytes = vm.memory_bytes;
    machine.disks = vm.disk.empty() ? 0 : 1;
    plan.blobs.push_back(
        {partition + tree, guest_device_tree(vm, machine, vm.memory_bytes - tree)});
    descriptions.push_back({number, vm.name, partition, vm.memory_bytes, image.entry,
                            virt::dram_base + tree, virt::uart_base(number)});
    plan.observed.vms.push_back({number, vm.name, PhysicalAddress(partition), vm.memory_bytes,
                                 PhysicalAddress(virt::uart_base(number))});
    if (!vm.disk.empty()) {
      descriptions.back().disk = virt::virtio_slot(disks);
      plan.observed.vms.back().disk = ++disks;
    }
    partition += vm.memory_bytes;
    ++number;
  }
  MachineDescription host = host_machine(scenario);
  host.uarts = number;
  std::string tree = hypervisor_device_tree(host, scenario.slice, descriptions);
  constexpr std::uint64_t room = hypervisor_bytes - hypervisor_device_tree_offset;
  if (tree.size() > room) {
    throw ConfigurationError(
        scenario.name, fmt::format("the hypervisor's device tree has {} bytes, there is room for "
                                   "{}: too many devices, or too long texts",
                                   tree.size(), room));
  }
  plan.blobs.push_back({plan.device_tree, std::move(tree)});
}

}  // namespace

std::uint64_t device_tree_offset(std::uint64_t memory_bytes) {
  return memory_bytes - std::min(2 * mebibyte, memory_bytes / 8);
}

BootPlan plan_boot(const Scenario& scenario) {
  BootPlan plan;
  plan.observed.clock_hz = scenario.clock_hz;
  plan.observed.timebase_hz = scenario.timebase_hz;
  plan.observed.prescale = scenario.prescale();
  plan.observed.slice = scenario.slice;
  plan.observed.memory_wait = longest_memory_wait(scenario.timing);
  switch (scenario.strategy) {
    case Strategy::native:
      plan.observed.arrangement =
          scenario.firmware.empty() ? native_arrangement() : firmware_arrangement();
      plan_native(plan, scenario);
      break;
    case Strategy::trap:
      plan.observed.arrangement = trapped_arrangement();
      plan_trap(plan, scenario);
      break;
  }
  for (std::size_t i = 0; i < scenario.vms.size(); ++i) {
    plan.observed.vms[i].bounds = scenario.vms[i].bounds;
  }
  place_landmarks(scenario, plan.symbols, plan.observed);
  return plan;
}

}  // namespace cyclevisor
