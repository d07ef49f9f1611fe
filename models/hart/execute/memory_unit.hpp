// Data memory as an executing instruction sees it, and main memory in the host.
//
// The engine translates every access, checks it (PMP, attributes, alignment) and makes its bus
// transfer, with TLBs and caches of its own. The MemoryUnit describes the access for that
// (`data_request`, `guest_request`, `fetch_request`), and moves the bytes once the engine commits
// the instruction with a PreparedOperand. Nothing here raises an exception.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/types.hpp"
#include "models/hart/base/ports.hpp"
#include "models/hart/csr/csr_file.hpp"
#include "models/mmu/translate.hpp"
#include "models/probe/events.hpp"

namespace cyclevisor {

/// The memory operand of an instruction that the engine has translated and checked. It consists of
/// two pieces when it crosses a page or a cache line.
struct PreparedOperand {
  PhysicalAddress first;
  unsigned first_bytes = 8;  ///< the remaining bytes, if any, are at `second`
  PhysicalAddress second;
  /// The device's reply; nothing for main memory.
  std::optional<BusReply> reply;
};

/// Whether MemoryUnit describes each access in `last_access` for the event stream.
enum class AccessRecording : std::uint8_t { off, on };

class MemoryUnit : private PageTableMemory {
 public:
  MemoryUnit(CsrFile& csrs, PhysicalBus& bus);

  /// To be called after every change of mode, mstatus, vsstatus or hstatus.
  void refresh(PrivilegeMode mode);

  /// To be called when a translation or a permission may have changed: fences, and writes to satp,
  /// vsatp, hgatp, menvcfg, henvcfg and the PMP registers.
  void translations_changed() { ++generation_; }
  void invalidate_direct_memory();
  /// For engines that keep translations or host pointers of their own. Those stay valid until
  /// `generation` changes, each for its context: a number below 4096, a multiple of 8 and not 0.
  std::uint64_t generation() const { return generation_; }
  std::uint64_t fetch_context() const { return fetch_context_; }
  std::uint64_t data_context() const { return data_context_; }

  void set_recording(AccessRecording recording) { recording_ = recording == AccessRecording::on; }

  /// To be called before each instruction is executed.
  void begin() {
    bus_done_ = Cycle();
    if (recording_) access_ = MemoryAccess();
  }

  /// Loads, stores and atomics use this operand, whatever their address, until `end_prepared`; it
  /// must outlive that.
  void begin_prepared(const PreparedOperand& operand) { prepared_ = &operand; }
  void end_prepared() { prepared_ = nullptr; }

  /// A load or store of 1, 2, 4 or 8 bytes. `address` is the virtual one, for the event stream.
  std::uint64_t load(std::uint64_t address, unsigned bytes, Cycle at);
  void store(std::uint64_t address, unsigned bytes, std::uint64_t value, Cycle at);

  /// The physical address of an LR's, SC's or AMO's operand.
  PhysicalAddress atomic_operand() const { return prepared().first; }
  /// Main memory, `bytes` up to 8, little-endian. Memory that is not granted directly, because an
  /// observer watches it, is accessed over the bus.
  std::uint64_t read_memory(PhysicalAddress address, unsigned bytes, Cycle at);
  void write_memory(PhysicalAddress address, unsigned bytes, std::uint64_t value, Cycle at);
  /// Describes an access in `last_access`.
  void record_access(MemoryAccess::Kind kind, std::uint64_t address, PhysicalAddress physical,
                     unsigned bytes, std::uint64_t value);

  /// What `translate` needs for an access under the current CSRs: an explicit load or store; one of
  /// HLV, HLVX and HSV, which acts as a guest of privilege `mode` (VS or VU); a fetch.
  TranslationRequest data_request(std::uint64_t address, AccessType type) const;
  TranslationRequest guest_request(std::uint64_t address, AccessType type,
                                   PrivilegeMode mode) const;
  TranslationRequest fetch_request(std::uint64_t address) const;
  TranslationRegisters registers() const;
  /// Main memory for page tables, with PMP.
  PageTableMemory& page_tables() { return *this; }
  /// The host address of main memory, without any check; null where there is none.
  std::byte* direct(PhysicalAddress address, std::uint64_t bytes, AccessType type);

  /// The first cycle in which the hart may go on after the instruction's bus access; cycle 0
  /// without one.
  Cycle bus_done() const { return bus_done_; }
  /// The physical address that the current instruction was fetched from, as the engine set it.
  PhysicalAddress physical_pc() const { return physical_pc_; }
  void set_physical_pc(PhysicalAddress pc) { physical_pc_ = pc; }
  const MemoryAccess& last_access() const { return access_; }

 private:
  // PageTableMemory
  PteStatus read(PhysicalAddress address, std::uint64_t& entry) override;
  PteStatus compare_exchange(PhysicalAddress address, std::uint64_t expected,
                             std::uint64_t desired) override;

  void complete_request(TranslationRequest& request) const;
  std::uint64_t context_of(PrivilegeMode mode) const;

  /// The operand; throws std::logic_error when the engine has prepared none.
  const PreparedOperand& prepared() const;
  std::uint64_t load_pieces(unsigned bytes, Cycle at);
  void store_pieces(unsigned bytes, std::uint64_t value, Cycle at);

  CsrFile& csrs_;
  PhysicalBus& bus_;
  std::vector<DirectRegion> regions_;
  PrivilegeMode mode_ = PrivilegeMode::machine;
  PrivilegeMode data_mode_ = PrivilegeMode::machine;
  std::uint64_t fetch_context_ = 0;
  std::uint64_t data_context_ = 0;
  const PreparedOperand* prepared_ = nullptr;
  bool recording_ = false;
  std::uint64_t generation_ = 0;
  PhysicalAddress physical_pc_;
  Cycle bus_done_;
  MemoryAccess access_;
};

}  // namespace cyclevisor
