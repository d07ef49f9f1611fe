// Address translation: Sv39 and Sv48, and two-stage translation (Sv39x4, Sv48x4) with the H
// extension, as one pure function (privileged specification, "Virtual Address Translation Process"
// and "Two-Stage Address Translation"). It keeps no state: a TLB is up to the caller.
#pragma once

#include <cstdint>
#include <variant>

#include "models/base/types.hpp"
#include "models/mmu/access.hpp"
#include "models/mmu/pte.hpp"

namespace cyclevisor {

/// How the memory system answered an access to a page-table entry.
enum class PteStatus : std::uint8_t {
  ok,
  access_fault,  ///< PMP, PMA or the bus refused it
  changed,       ///< compare_exchange only: the entry had another value; nothing was written
};

/// The memory that holds page tables. The implementation applies PMP to both calls, as to a load
/// and a store of effective privilege mode S, whatever the mode of the access being translated.
class PageTableMemory {
 public:
  virtual ~PageTableMemory() = default;

  /// Reads the 8-byte entry at an aligned address. `entry` is valid only with `ok`.
  virtual PteStatus read(PhysicalAddress address, std::uint64_t& entry) = 0;

  /// Atomically replaces the entry if it is still `expected`. Called for A/D updates only.
  virtual PteStatus compare_exchange(PhysicalAddress address, std::uint64_t expected,
                                     std::uint64_t desired) = 0;
};

/// Whether an explicit load needs R or, for HLVX, X instead (at both stages).
enum class LoadPermission : std::uint8_t { read, execute };

/// One access to translate. A misaligned access that crosses a page boundary is two requests.
struct TranslationRequest {
  VirtualAddress address;
  AccessType type = AccessType::load;
  /// The *effective* mode: after mstatus.MPRV/MPP/MPV, and hstatus.SPVP for HLV/HLVX/HSV.
  PrivilegeMode mode = PrivilegeMode::machine;
  /// The SUM that applies to this access: of vsstatus when `mode` is virtual, else of mstatus.
  bool sum = false;
  bool mxr = false;     ///< mstatus.MXR; for virtual modes it applies to both stages
  bool vs_mxr = false;  ///< vsstatus.MXR: applies to the VS stage only, ignored with V=0
  LoadPermission load_permission = LoadPermission::read;
};

/// What happens when a leaf's A bit is clear, or its D bit on a store.
enum class AccessedDirty : std::uint8_t {
  fault,   ///< Svade: page fault, software updates
  update,  ///< Svadu: hardware sets the bits atomically
};

/// The CSRs that translation depends on.
struct TranslationRegisters {
  /// MODE of these is one of atp::Mode (the CSRs are WARL); any other throws std::logic_error.
  std::uint64_t satp = 0;
  std::uint64_t vsatp = 0;
  std::uint64_t hgatp = 0;
  AccessedDirty accessed_dirty = AccessedDirty::fault;     ///< menvcfg.ADUE: V=0 and G stage
  AccessedDirty vs_accessed_dirty = AccessedDirty::fault;  ///< henvcfg.ADUE: VS stage
  /// Width of a physical address, 32..56. An address beyond it is an access fault.
  unsigned physical_address_bits = 56;
};

/// A translated access, with the attributes that a TLB stores.
struct Translation {
  PhysicalAddress physical;
  /// The address before the G stage; equal to `physical` with V=0 or hgatp Bare.
  GuestPhysicalAddress guest_physical;
  /// Size of the naturally aligned block of virtual addresses around the request that has the same
  /// mapping: the smaller page of the two stages; 4 KiB where nothing is translated.
  std::uint64_t page_bytes = pte::page_bytes;
  /// What the request's mode, SUM and MXR permit anywhere in this block without another walk:
  /// `writable` requires D to be set already (both stages), all three require A. LoadPermission is
  /// ignored.
  bool readable = false;
  bool writable = false;
  bool executable = false;
  bool user = false;    ///< U of the (VS-stage) leaf
  bool global = false;  ///< G of the (VS-stage) leaf or of a non-leaf entry above it
  /// The leaf PTEs as in memory after the walk; 0 for a Bare stage.
  std::uint64_t leaf = 0;
  std::uint64_t guest_leaf = 0;
};

/// Whether a guest-page fault was caused by the access itself or by an implicit access of the
/// VS-stage walk.
enum class ImplicitAccess : std::uint8_t { none, vs_table_read, vs_table_write };

/// Why an access cannot be translated. `xtval` receives the request's address in every case.
struct TranslationFault {
  enum class Kind : std::uint8_t { page, guest_page, access };
  Kind kind = Kind::page;
  /// With guest_page: the address that could not be translated (htval/mtval2 hold it shifted right
  /// by 2).
  GuestPhysicalAddress guest_physical;
  ImplicitAccess implicit_access = ImplicitAccess::none;
};

/// The exception code. Faults are reported for the original access type, even when an implicit
/// access of the walk failed.
ProtectionCause cause(TranslationFault::Kind kind, AccessType type);

/// The htinst/mtinst value of a guest-page fault on an implicit access of the VS-stage walk: a
/// pseudoinstruction ("Transformed Instruction or Pseudoinstruction for mtinst or htinst"). 0 for
/// ImplicitAccess::none.
std::uint64_t pseudoinstruction(ImplicitAccess access);

/// One page-table access of a walk; steps come in the order in which they happen.
struct WalkStep {
  enum class Stage : std::uint8_t {
    first,  ///< satp, or vsatp with V=1
    guest,  ///< hgatp
  };
  enum class Kind : std::uint8_t { read, update };
  Stage stage = Stage::first;
  Kind kind = Kind::read;
  unsigned level = 0;  ///< 0 = 4 KiB pages
  PhysicalAddress address;
};

/// Receives each step before the memory access is made; a timing model charges cycles for them.
class WalkObserver {
 public:
  virtual ~WalkObserver() = default;
  virtual void on_step(const WalkStep& step) = 0;
};

/// Translates one access. The walk changes page-table entries only by A/D updates (policy
/// `update`). `observer` may be null.
std::variant<Translation, TranslationFault> translate(const TranslationRequest& request,
                                                      const TranslationRegisters& registers,
                                                      PageTableMemory& memory,
                                                      WalkObserver* observer = nullptr);

/// Whether a cached translation, given by its leaf PTEs (0 for a Bare stage), also permits this
/// access without an A/D update: the check that a TLB makes on a hit. Both accesses must have the
/// same V and, for V=0, a mode that is translated.
bool permits_again(std::uint64_t leaf, std::uint64_t guest_leaf, const TranslationRequest& request);

}  // namespace cyclevisor
