// The state of programs that are not on the hart, for the debugger: the registers with which each
// program last left the hart, from the event stream.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor::gdb {

/// A program that runs on the hart: the hypervisor, or a VM's guest.
struct Context {
  std::string name;
  /// The absolute path of its ELF file; empty for a raw image.
  std::string executable;
  /// A VM's DRAM; 0 bytes for the hypervisor.
  PhysicalAddress partition;
  std::uint64_t partition_bytes = 0;
  bool seen = false;  ///< has run; otherwise everything else is zero
  Cycle cycle;        ///< when it last left the hart
  IntegerRegisters x{};
  VirtualAddress pc;
  PrivilegeMode mode = PrivilegeMode::machine;
  std::uint64_t satp = 0;
  std::uint64_t vsatp = 0;
  std::uint64_t hgatp = 0;
};

class Contexts : public Sink {
 public:
  /// `watch` must be attached to the stream before this.
  /// `executables`: as the contexts, see `count`.
  Contexts(const ObservedPlatform& platform, const std::vector<std::string>& executables,
           const VmWatch& watch);

  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const AddressSpace& event) override;
  Retirements wants() const override { return Retirements::none; }

  /// Under a hypervisor [0] is the hypervisor and [n] VM number n; natively [0] is the one guest.
  std::size_t count() const { return contexts_.size(); }
  const Context& at(std::size_t program) const { return contexts_[program]; }
  /// The program on the hart.
  std::size_t running() const;

 private:
  void leave(Context& context, Cycle cycle, const IntegerRegisters& x, VirtualAddress pc,
             PrivilegeMode mode);

  const VmWatch& watch_;
  Arrangement arrangement_;
  std::vector<Context> contexts_;
};

}  // namespace cyclevisor::gdb
