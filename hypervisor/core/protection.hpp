// Makes the physical PMP enforce the virtual PMP of the running VM.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/core/vm.hpp"
#include "hypervisor/virtual/pmp.hpp"

namespace cyclevisor::hypervisor {

class Protection {
 public:
  /// `tables` are all VMs' page tables: `table_bytes`, a naturally aligned power of two.
  void start(HostAddress tables, uint64_t table_bytes);

  bool holds(const Vm& vm, PmpView view) const {
    if (view != loaded_view_) return false;
    if (vm.protection == loaded_) return true;
    return vm.protection == nullptr && loaded_ == &open_ && !vm.pmp.restricts(view);
  }
  /// Makes `holds` true. Without active entries all VMs have the same image, so that a world switch
  /// between them costs nothing here.
  void load(Vm& vm, PmpView view);

 private:
  const PmpImage* image_of(Vm& vm, PmpView view);

  HostAddress tables_;
  uint64_t table_bytes_ = 0;
  const PmpImage* loaded_ = nullptr;
  PmpView loaded_view_ = PmpView::machine;
  PmpImage open_;
  PmpImage images_[maximum_vms];  ///< by VM number - 1
};

/// Loads what `vm` needs, which is going to run.
HYPERVISOR_STAGE void load_protection(Vm* vm);

}  // namespace cyclevisor::hypervisor
