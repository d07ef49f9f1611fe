// Address translation: Sv39 and Sv48, and with the H extension two stages (Sv39x4, Sv48x4), as
// one pure function (privileged specification, "Virtual Address Translation Process" and
// "Two-Stage Address Translation"). It keeps no state: a TLB is the caller's business.
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
  changed,       ///< compare_exchange only: the entry was not the expected one; nothing written
};

/// Where page tables lie. The implementer applies PMP to both calls, as to a load and a store of
/// effective privilege mode S, whatever the mode of the access that is being translated.
class PageTableMemory {
 public:
  virtual ~PageTableMemory() = default;

  /// Reads the 8-byte entry at an aligned address. `entry` is meaningful with `ok` only.
  virtual PteStatus read(PhysicalAddress address, std::uint64_t& entry) = 0;

  /// Atomically replaces the entry if it is still `expected`. Called for A/D updates only.
  virtual PteStatus compare_exchange(PhysicalAddress address, std::uint64_t expected,
                                     std::uint64_t desired) = 0;
};

/// Whether an explicit load needs R or, for HLVX, X in its place (at both stages).
enum class LoadPermission : std::uint8_t { read, execute };

/// One access to be translated. A misaligned access that crosses a page is two requests.
struct TranslationRequest {
  VirtualAddress address;
  AccessType type = AccessType::load;
  /// The *effective* mode: after mstatus.MPRV/MPP/MPV, and hstatus.SPVP for HLV/HLVX/HSV.
  PrivilegeMode mode = PrivilegeMode::machine;
  /// SUM as it counts for this access: of vsstatus when `mode` is virtual, else of mstatus.
  bool sum = false;
  bool mxr = false;     ///< mstatus.MXR; for virtual modes it acts on both stages
  bool vs_mxr = false;  ///< vsstatus.MXR: acts on the VS stage only, ignored with V=0
  LoadPermission load_permission = LoadPermission::read;
};

/// What to do when a leaf's A bit is clear, or its D bit at a store.
enum class AccessedDirty : std::uint8_t {
  fault,   ///< Svade: page fault, software updates
  update,  ///< Svadu: hardware sets the bits atomically
};

/// The CSRs that translation looks at.
struct TranslationRegisters {
  /// MODE of these is one of atp::Mode (the CSRs are WARL); any other throws std::logic_error.
  std::uint64_t satp = 0;
  std::uint64_t vsatp = 0;
  std::uint64_t hgatp = 0;
  AccessedDirty accessed_dirty = AccessedDirty::fault;     ///< menvcfg.ADUE: V=0 and G stage
  AccessedDirty vs_accessed_dirty = AccessedDirty::fault;  ///< henvcfg.ADUE: VS stage
  /// Width of a physical address, 32..56. What lies above is an access fault.
  unsigned physical_address_bits = 56;
};

/// A translated access, with what a TLB needs to know.
struct Translation {
  PhysicalAddress physical;
  /// What `physical` was before the G stage; equal to it with V=0 or hgatp Bare.
  GuestPhysicalAddress guest_physical;
  /// Size of the naturally aligned block of virtual addresses around the request that is mapped
  /// alike: the smaller page of the two stages; 4 KiB where nothing is translated.
  std::uint64_t page_bytes = pte::page_bytes;
  /// What the request's mode, SUM and MXR may do anywhere in this block without another walk:
  /// `writable` needs D (both stages) to be set already, all need A. LoadPermission is ignored.
  bool readable = false;
  bool writable = false;
  bool executable = false;
  bool user = false;    ///< U of the (VS-stage) leaf
  bool global = false;  ///< G of the (VS-stage) leaf or of an entry on the way to it
  /// The leaves as they are in memory after the walk; 0 for a Bare stage.
  std::uint64_t leaf = 0;
  std::uint64_t guest_leaf = 0;
};

/// Whether a guest-page fault hit the access itself or one of the VS-stage walk's own.
enum class ImplicitAccess : std::uint8_t { none, vs_table_read, vs_table_write };

/// Why an access cannot be translated. `xtval` gets the request's address in every case.
struct TranslationFault {
  enum class Kind : std::uint8_t { page, guest_page, access };
  Kind kind = Kind::page;
  /// With guest_page: what could not be translated (htval/mtval2 hold it shifted right by 2).
  GuestPhysicalAddress guest_physical;
  ImplicitAccess implicit_access = ImplicitAccess::none;
};

/// The exception code: faults are reported for the original access type, also when one of the
/// walk's own accesses failed.
ProtectionCause cause(TranslationFault::Kind kind, AccessType type);

/// The value for htinst/mtinst that a guest-page fault of the VS-stage walk's own accesses has:
/// a pseudoinstruction ("Transformed Instruction or Pseudoinstruction for mtinst or htinst").
/// 0 for ImplicitAccess::none.
std::uint64_t pseudoinstruction(ImplicitAccess access);

/// One access of the walk to a page table, in the order in which they happen.
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

/// Is told each step before the memory is asked; a timing model charges them.
class WalkObserver {
 public:
  virtual ~WalkObserver() = default;
  virtual void on_step(const WalkStep& step) = 0;
};

/// Translates one access. Page-table entries are changed only by A/D updates (policy `update`).
/// `observer` may be null.
std::variant<Translation, TranslationFault> translate(const TranslationRequest& request,
                                                      const TranslationRegisters& registers,
                                                      PageTableMemory& memory,
                                                      WalkObserver* observer = nullptr);

/// Whether a translation whose leaves are known (0 for a Bare stage) also serves this access, with
/// nothing to be set in the entries: what a TLB has to ask. Both must be of the same V and, for
/// V=0, of a mode that is translated.
bool permits_again(std::uint64_t leaf, std::uint64_t guest_leaf, const TranslationRequest& request);

}  // namespace cyclevisor
