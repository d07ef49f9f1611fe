// From reset to the first VM.
#include "hypervisor/arch/csr.hpp"
#include "hypervisor/arch/hart.hpp"
#include "hypervisor/boot/config.hpp"
#include "hypervisor/boot/fdt.hpp"
#include "hypervisor/boot/page_table.hpp"
#include "hypervisor/core/hypervisor.hpp"
#include "hypervisor/virtual/csr.hpp"
#include "models/base/virt_map.hpp"

extern "C" {
extern const char __image_start[];
extern const char __image_end[];
}

namespace cyclevisor::hypervisor {

namespace {

// Until the device tree has been read, messages and the verdict go where QEMU's `virt` machine has
// its devices.
constexpr HostAddress default_console{virt::uart_base(0)};
constexpr HostAddress default_finisher{virt::finisher_base};

constexpr uint32_t maximum_fdt_bytes = 1u << 20;

// In a section of their own: boot does not zero what map_partition fills.
// Aligned to its size, so that one PMP entry covers all.
constexpr uint64_t page_table_bytes = 0x40000;
static_assert(sizeof(PageTables) * maximum_vms <= page_table_bytes);
[[gnu::section(".page_tables"),
  gnu::aligned(page_table_bytes)]] PageTables page_tables[maximum_vms];

Config config;

[[noreturn]] void refuse(const char* reason, const char* node) {
  hypervisor.console.put("cyclevisor hypervisor: ");
  if (*node != 0) {
    hypervisor.console.put(node);
    hypervisor.console.put(": ");
  }
  hypervisor.console.put(reason);
  hypervisor.console.put("\n");
  hypervisor.finisher.fail(0xfffe);
  for (;;) asm volatile("wfi");
}

/// How many of the VMs before the one at `end` have this console.
unsigned users_of(HostAddress console, unsigned end) {
  unsigned users = 0;
  for (unsigned i = 0; i < end; ++i) {
    if (config.vms[i].console.value == console.value) ++users;
  }
  return users;
}

void connect_console(unsigned index, Vm& vm) {
  const VmConfig& from = config.vms[index];
  const bool shared = users_of(from.console, config.vm_count) > 1;
  const bool first = users_of(from.console, index) == 0;
  vm.uart = VirtualUart(VmConsole(PhysicalUart(from.console),
                                  shared ? ConsoleSharing::shared : ConsoleSharing::exclusive,
                                  first ? ConsoleInput::connected : ConsoleInput::none, from.name));
  if (!first || config.plic.value == 0 || from.console_interrupt == 0) return;
  vm.console_interrupt = from.console_interrupt;
  hypervisor.plic.enable(from.console_interrupt);
}

void connect_disk(const VmConfig& from, Vm& vm) {
  if (from.disk.value == 0 || config.plic.value == 0) return;
  vm.disk.connect(PhysicalVirtio(from.disk), hypervisor.plic, from.disk_interrupt,
                  {guest_dram, vm.partition, vm.partition_bytes});
  hypervisor.plic.enable(from.disk_interrupt);
}

void create_vm(unsigned index, PageTables& tables, Vm& vm) {
  const VmConfig& from = config.vms[index];
  vm.name = from.name;
  vm.number = from.number;
  vm.partition = from.partition.first;
  vm.partition_bytes = from.partition.bytes;
  connect_console(index, vm);
  connect_disk(from, vm);
  map_partition(tables, from.partition);
  vm.satp = satp_for(tables, from.number);
  // The boot protocol: hart id in a0, device tree in a1.
  vm.vcpu.pc = from.entry.value;
  vm.vcpu.set_x(11, from.dtb.value);
}

void check_address_space_identifiers() {
  constexpr uint64_t numbers = 2 * maximum_vms - 1;
  HYPERVISOR_WRITE_CSR(satp, hypervisor.vms[0].satp | numbers << satp::asid_shift);
  if ((HYPERVISOR_READ_CSR(satp) >> satp::asid_shift & numbers) != numbers)
    refuse("the hart's satp has no ASIDs for 16 VMs", "");
  HYPERVISOR_WRITE_CSR(satp, 0);
  // Orders the page tables before every translation to come.
  asm volatile("sfence.vma" : : : "memory");
}

}  // namespace

/// Called by _start with the device tree and what pmpaddr15 holds after ones were written to it;
/// returns the VM that trap_exit enters.
extern "C" Vm* hypervisor_main(const uint8_t* blob, uint64_t pmpaddr15) {
  hypervisor.console = PhysicalUart(default_console);
  hypervisor.finisher = PhysicalFinisher(default_finisher);
  Fdt fdt;
  const Fdt::Status status = fdt.open(blob, maximum_fdt_bytes);
  if (status != Fdt::Status::ok) refuse(Fdt::text(status), "");
  const HostRange image{HostAddress{reinterpret_cast<uint64_t>(__image_start)},
                        static_cast<uint64_t>(__image_end - __image_start)};
  const ConfigError error = read_config(fdt, image, config);
  hypervisor.finisher =
      PhysicalFinisher(config.finisher.value ? config.finisher : default_finisher);
  hypervisor.console = PhysicalUart(config.console.value ? config.console : default_console);
  if (error) refuse(error.reason, error.node);
  if (pmpaddr15 == 0) refuse("the hart has fewer than 16 PMP entries", "");
  hypervisor.timer = PhysicalTimer(config.timer);
  hypervisor.plic = PhysicalPlic(config.plic);

  set_virtual_misa(HYPERVISOR_READ_CSR(misa));
  for (unsigned i = 0; i < config.vm_count; ++i) {
    create_vm(i, page_tables[i], hypervisor.vms[i]);
  }
  hypervisor.vm_count = config.vm_count;
  check_address_space_identifiers();
  hypervisor.protection.start(HostAddress{reinterpret_cast<uint64_t>(page_tables)},
                              page_table_bytes);
  hypervisor.console.put("cyclevisor hypervisor: ");
  if (config.vm_count >= 10) hypervisor.console.put('1');
  hypervisor.console.put(static_cast<char>('0' + config.vm_count % 10));
  hypervisor.console.put(config.vm_count == 1 ? " VM\n" : " VMs\n");

  // Guests get no counters (virtual ones are emulated), WFI traps; the timer and UARTs interrupt.
  HYPERVISOR_WRITE_CSR(mcounteren, 0);
  HYPERVISOR_WRITE_CSR(mstatus, mstatus::tw);
  HYPERVISOR_WRITE_CSR(
      mie, interrupt::bit(interrupt::machine_timer) | interrupt::bit(interrupt::machine_external));
  const Ticks now = physical_time();
  hypervisor.scheduler.start(hypervisor.vms, hypervisor.vm_count, config.slice, now);
  return resume_guest(schedule().vm);
}

}  // namespace cyclevisor::hypervisor
