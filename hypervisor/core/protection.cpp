#include "hypervisor/core/protection.hpp"

#include "hypervisor/arch/hart.hpp"
#include "hypervisor/core/hypervisor.hpp"

namespace cyclevisor::hypervisor {
namespace {

void write_addresses(const uint64_t (&address)[PmpImage::slots]) {
  HYPERVISOR_WRITE_CSR(pmpaddr0, address[0]);
  HYPERVISOR_WRITE_CSR(pmpaddr1, address[1]);
  HYPERVISOR_WRITE_CSR(pmpaddr2, address[2]);
  HYPERVISOR_WRITE_CSR(pmpaddr3, address[3]);
  HYPERVISOR_WRITE_CSR(pmpaddr4, address[4]);
  HYPERVISOR_WRITE_CSR(pmpaddr5, address[5]);
  HYPERVISOR_WRITE_CSR(pmpaddr6, address[6]);
  HYPERVISOR_WRITE_CSR(pmpaddr7, address[7]);
  HYPERVISOR_WRITE_CSR(pmpaddr8, address[8]);
  HYPERVISOR_WRITE_CSR(pmpaddr9, address[9]);
  HYPERVISOR_WRITE_CSR(pmpaddr10, address[10]);
  HYPERVISOR_WRITE_CSR(pmpaddr11, address[11]);
  HYPERVISOR_WRITE_CSR(pmpaddr12, address[12]);
  HYPERVISOR_WRITE_CSR(pmpaddr13, address[13]);
  HYPERVISOR_WRITE_CSR(pmpaddr14, address[14]);
  HYPERVISOR_WRITE_CSR(pmpaddr15, address[15]);
}

}  // namespace

void Protection::start(HostAddress tables, uint64_t table_bytes) {
  tables_ = tables;
  table_bytes_ = table_bytes;
  loaded_ =
      images_;  // what reset left is none of the images, and this one is made before its first use
  VirtualPmp().fill(open_, guest_dram, HostAddress{}, 0, tables, table_bytes);
}

/// An image is made only when it binds the guest: one that writes its PMP's registers again and
/// again in machine mode causes no more work than these writes.
const PmpImage* Protection::image_of(Vm& vm, PmpView view) {
  if (vm.protection != nullptr) return vm.protection;
  if (!vm.pmp.active()) return vm.protection = &open_;
  if (!vm.pmp.restricts(view)) return &open_;
  PmpImage& image = images_[vm.number - 1];
  vm.pmp.fill(image, guest_dram, vm.partition, vm.partition_bytes, tables_, table_bytes_);
  if (loaded_ == &image) loaded_ = nullptr;  // its contents have changed
  return vm.protection = &image;
}

void Protection::load(Vm& vm, PmpView view) {
  const PmpImage* image = image_of(vm, view);
  if (image != loaded_) write_addresses(image->address);
  HYPERVISOR_WRITE_CSR(pmpcfg0, image->config_register(view, 0));
  HYPERVISOR_WRITE_CSR(pmpcfg2, image->config_register(view, 1));
  // Cached translations may hold the old rights ("Physical Memory Protection and Paging").
  asm volatile("sfence.vma" : : : "memory");
  loaded_ = image;
  loaded_view_ = view;
}

HYPERVISOR_STAGE void load_protection(Vm* vm) {
  hypervisor.protection.load(*vm, pmp_view(vm->vcpu));
}

}  // namespace cyclevisor::hypervisor
