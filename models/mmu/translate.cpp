#include "models/mmu/translate.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace cyclevisor {
namespace {

using Fault = TranslationFault;
using Stage = WalkStep::Stage;

/// The permissions that one access needs at one stage.
struct StageAccess {
  AccessType type = AccessType::load;
  LoadPermission load_permission = LoadPermission::read;
  bool mxr = false;
  /// Whether the access is treated as a U-mode or an S-mode one when the leaf's U bit is checked.
  bool user_mode = false;
  bool sum = false;
};

/// The result of one stage's walk. A Bare stage has page_bytes 0: it does not limit the block.
struct Leaf {
  std::uint64_t address = 0;  ///< of the access, after this stage
  std::uint64_t page_bytes = 0;
  std::uint64_t entry = 0;
  bool global = false;
};

using LeafOrFault = std::variant<Leaf, Fault>;

/// "Virtual Address Translation Process", step 7 (R, W, X with MXR) and 6 (U with SUM).
bool permits(std::uint64_t entry, const StageAccess& access) {
  const bool user_page = (entry & pte::user) != 0;
  if (access.user_mode) {
    if (!user_page) return false;
  } else if (user_page) {
    // SUM never lets S-mode execute from user pages.
    if (access.type == AccessType::fetch || !access.sum) return false;
  }
  switch (access.type) {
    case AccessType::fetch:
      return (entry & pte::execute) != 0;
    case AccessType::store:
      return (entry & pte::write) != 0;
    case AccessType::load:
      break;
  }
  if (access.load_permission == LoadPermission::execute) return (entry & pte::execute) != 0;
  return (entry & pte::read) != 0 || (access.mxr && (entry & pte::execute) != 0);
}

/// The A and D bits that an access needs.
std::uint64_t needed_accessed_dirty(AccessType type) {
  return type == AccessType::store ? pte::accessed | pte::dirty : pte::accessed;
}

bool admits_without_walk(std::uint64_t entry, StageAccess access, AccessType type) {
  access.type = type;
  access.load_permission = LoadPermission::read;
  const std::uint64_t needed = needed_accessed_dirty(type);
  return permits(entry, access) && (entry & needed) == needed;
}

StageAccess first_stage_access(const TranslationRequest& request) {
  const bool two_stages = is_virtual(request.mode);
  StageAccess access;
  access.type = request.type;
  access.load_permission = request.load_permission;
  // "Memory Privilege in vsstatus": HS-level MXR overrides both stages, VS-level MXR the first.
  access.mxr = request.mxr || (two_stages && request.vs_mxr);
  access.user_mode =
      request.mode == PrivilegeMode::user || request.mode == PrivilegeMode::virtual_user;
  access.sum = request.sum;
  return access;
}

StageAccess explicit_guest_access(const TranslationRequest& request) {
  StageAccess access;
  access.type = request.type;
  access.load_permission = request.load_permission;
  access.mxr = request.mxr;
  access.user_mode = true;  // "Guest Physical Address Translation": always as though in U-mode
  return access;
}

bool is_leaf(std::uint64_t entry) { return (entry & (pte::read | pte::execute)) != 0; }

/// Step 3 and the reserved encodings of step 4: V, W without R, bits 63:54, and D, A, U of a
/// pointer to the next level, which are reserved for future standard use.
bool is_well_formed(std::uint64_t entry) {
  if ((entry & pte::valid) == 0) return false;
  if ((entry & (pte::read | pte::write)) == pte::write) return false;
  if ((entry & pte::reserved) != 0) return false;
  return is_leaf(entry) || (entry & (pte::dirty | pte::accessed | pte::user)) == 0;
}

unsigned levels(atp::Mode mode) {
  switch (mode) {
    case atp::Mode::bare:
      return 0;
    case atp::Mode::sv39:
      return 3;
    case atp::Mode::sv48:
      return 4;
  }
  throw std::logic_error("address translation: MODE of satp, vsatp or hgatp is not implemented");
}

constexpr unsigned index_bits = 9;
/// The root table of the G stage has two more index bits: Sv39x4, Sv48x4.
constexpr unsigned guest_root_extra_bits = 2;

constexpr std::uint64_t low_bits(unsigned count) { return (std::uint64_t{1} << count) - 1; }

/// All bits from 63 down to the top bit of the virtual address must be equal.
bool is_canonical(std::uint64_t address, unsigned address_bits) {
  const std::uint64_t upper = address >> (address_bits - 1);
  return upper == 0 || upper == low_bits(64 - (address_bits - 1));
}

class Walk {
 public:
  Walk(const TranslationRequest& request, const TranslationRegisters& registers,
       PageTableMemory& memory, WalkObserver* observer)
      : request_(request), registers_(registers), memory_(memory), observer_(observer) {}

  std::variant<Translation, Fault> run() {
    if (request_.mode == PrivilegeMode::machine) return untranslated();
    const bool two_stages = is_virtual(request_.mode);
    const StageAccess first_access = first_stage_access(request_);
    const LeafOrFault first =
        first_stage(two_stages ? registers_.vsatp : registers_.satp, first_access);
    if (const Fault* fault = std::get_if<Fault>(&first)) return *fault;
    const Leaf& first_leaf = std::get<Leaf>(first);

    Leaf guest_leaf;
    guest_leaf.address = first_leaf.address;
    StageAccess guest_access;
    if (two_stages) {
      guest_access = explicit_guest_access(request_);
      const LeafOrFault guest = guest_stage(first_leaf.address, guest_access, ImplicitAccess::none);
      if (const Fault* fault = std::get_if<Fault>(&guest)) return *fault;
      guest_leaf = std::get<Leaf>(guest);
    }
    if (!is_physical(guest_leaf.address)) return access_fault();

    Translation result;
    result.physical = PhysicalAddress(guest_leaf.address);
    result.guest_physical = GuestPhysicalAddress(first_leaf.address);
    result.page_bytes = smaller_page(first_leaf.page_bytes, guest_leaf.page_bytes);
    const auto admits = [&](AccessType type) {
      return (first_leaf.page_bytes == 0 ||
              admits_without_walk(first_leaf.entry, first_access, type)) &&
             (guest_leaf.page_bytes == 0 ||
              admits_without_walk(guest_leaf.entry, guest_access, type));
    };
    result.readable = admits(AccessType::load);
    result.writable = admits(AccessType::store);
    result.executable = admits(AccessType::fetch);
    result.user = (first_leaf.entry & pte::user) != 0;
    result.global = first_leaf.global;
    result.leaf = first_leaf.entry;
    result.guest_leaf = guest_leaf.entry;
    return result;
  }

 private:
  std::variant<Translation, Fault> untranslated() const {
    const std::uint64_t address = request_.address.value;
    if (!is_physical(address)) return access_fault();
    Translation result;
    result.physical = PhysicalAddress(address);
    result.guest_physical = GuestPhysicalAddress(address);
    result.readable = result.writable = result.executable = true;
    return result;
  }

  bool is_physical(std::uint64_t address) const {
    return (address >> registers_.physical_address_bits) == 0;
  }

  static std::uint64_t smaller_page(std::uint64_t first, std::uint64_t guest) {
    if (first == 0 && guest == 0) return pte::page_bytes;
    if (first == 0) return guest;
    if (guest == 0) return first;
    return std::min(first, guest);
  }

  static Fault access_fault() {
    Fault fault;
    fault.kind = Fault::Kind::access;
    return fault;
  }

  static Fault page_fault() { return Fault{}; }

  static Fault guest_page_fault(std::uint64_t address, ImplicitAccess implicit) {
    Fault fault;
    fault.kind = Fault::Kind::guest_page;
    fault.guest_physical = GuestPhysicalAddress(address);
    fault.implicit_access = implicit;
    return fault;
  }

  /// Virtual to physical, or to guest physical in the virtual modes.
  LeafOrFault first_stage(std::uint64_t atp, const StageAccess& access) {
    const std::uint64_t address = request_.address.value;
    const atp::Mode mode = atp::mode(atp);
    if (mode == atp::Mode::bare) return bare(address);
    const unsigned address_bits = pte::page_shift + index_bits * levels(mode);
    if (!is_canonical(address, address_bits)) return page_fault();
    return walk_tables(Stage::first, atp, address & low_bits(address_bits), access, page_fault());
  }

  /// Guest physical to physical; `implicit` tells an access of the VS-stage walk from the explicit
  /// one.
  LeafOrFault guest_stage(std::uint64_t address, const StageAccess& access,
                          ImplicitAccess implicit) {
    const atp::Mode mode = atp::mode(registers_.hgatp);
    if (mode == atp::Mode::bare) return bare(address);
    const Fault fault = guest_page_fault(address, implicit);
    const unsigned address_bits =
        pte::page_shift + index_bits * levels(mode) + guest_root_extra_bits;
    if ((address >> address_bits) != 0) return fault;
    return walk_tables(Stage::guest, registers_.hgatp, address, access, fault);
  }

  static Leaf bare(std::uint64_t address) {
    Leaf leaf;
    leaf.address = address;
    return leaf;
  }

  /// "Virtual Address Translation Process", steps 1 to 10. `fault` is this stage's page fault.
  LeafOrFault walk_tables(Stage stage, std::uint64_t atp, std::uint64_t address,
                          const StageAccess& access, const Fault& fault) {
    const unsigned level_count = levels(atp::mode(atp));
    std::uint64_t table = atp::ppn(atp) << pte::page_shift;
    bool global = false;
    for (unsigned level = level_count; level-- > 0;) {
      const unsigned shift = pte::page_shift + index_bits * level;
      // The root's index is the rest of the address: 9 bits, or 11 in the G stage.
      const std::uint64_t index =
          level == level_count - 1 ? address >> shift : (address >> shift) & low_bits(index_bits);
      const std::uint64_t entry_address = table + index * sizeof(std::uint64_t);
      std::uint64_t entry = 0;
      for (;;) {
        if (const auto failed = read_entry(stage, level, entry_address, entry)) return *failed;
        if (!is_well_formed(entry)) return fault;
        if (!is_leaf(entry)) break;
        if (!permits(entry, access)) return fault;
        // Misaligned superpage.
        if ((pte::ppn(entry) & low_bits(index_bits * level)) != 0) return fault;
        const std::uint64_t updated = entry | needed_accessed_dirty(access.type);
        if (updated != entry) {
          if (accessed_dirty(stage) == AccessedDirty::fault) return fault;
          PteStatus status = PteStatus::ok;
          if (const auto failed =
                  update_entry(stage, level, entry_address, entry, updated, status)) {
            return *failed;
          }
          // The entry was written by another agent since it was read: evaluate it again (step 9).
          if (status == PteStatus::changed) continue;
        }
        Leaf leaf;
        leaf.page_bytes = std::uint64_t{1} << shift;
        leaf.address = (pte::ppn(entry) << pte::page_shift) | (address & low_bits(shift));
        leaf.entry = updated;
        leaf.global = global || (entry & pte::global) != 0;
        return leaf;
      }
      // G in a non-leaf entry makes all mappings below it global.
      global = global || (entry & pte::global) != 0;
      table = pte::ppn(entry) << pte::page_shift;
    }
    return fault;
  }

  AccessedDirty accessed_dirty(Stage stage) const {
    return stage == Stage::first && is_virtual(request_.mode) ? registers_.vs_accessed_dirty
                                                              : registers_.accessed_dirty;
  }

  /// The bus address of an entry. The VS stage's tables are guest-physical: the G stage translates
  /// their accesses as implicit loads and stores (MXR applies to explicit ones only).
  LeafOrFault locate(Stage stage, std::uint64_t entry_address, AccessType type) {
    Leaf entry = bare(entry_address);
    if (stage == Stage::first && is_virtual(request_.mode)) {
      StageAccess access;
      access.type = type;
      access.user_mode = true;
      const LeafOrFault guest =
          guest_stage(entry_address, access,
                      type == AccessType::store ? ImplicitAccess::vs_table_write
                                                : ImplicitAccess::vs_table_read);
      if (const Fault* fault = std::get_if<Fault>(&guest)) return *fault;
      entry = std::get<Leaf>(guest);
    }
    if (!is_physical(entry.address)) return access_fault();
    return entry;
  }

  std::optional<Fault> read_entry(Stage stage, unsigned level, std::uint64_t entry_address,
                                  std::uint64_t& entry) {
    const LeafOrFault place = locate(stage, entry_address, AccessType::load);
    if (const Fault* fault = std::get_if<Fault>(&place)) return *fault;
    const PhysicalAddress physical(std::get<Leaf>(place).address);
    observe({stage, WalkStep::Kind::read, level, physical});
    if (memory_.read(physical, entry) != PteStatus::ok) return access_fault();
    return std::nullopt;
  }

  std::optional<Fault> update_entry(Stage stage, unsigned level, std::uint64_t entry_address,
                                    std::uint64_t entry, std::uint64_t updated, PteStatus& status) {
    const LeafOrFault place = locate(stage, entry_address, AccessType::store);
    if (const Fault* fault = std::get_if<Fault>(&place)) return *fault;
    const PhysicalAddress physical(std::get<Leaf>(place).address);
    observe({stage, WalkStep::Kind::update, level, physical});
    status = memory_.compare_exchange(physical, entry, updated);
    if (status == PteStatus::access_fault) return access_fault();
    return std::nullopt;
  }

  void observe(const WalkStep& step) {
    if (observer_ != nullptr) observer_->on_step(step);
  }

  const TranslationRequest& request_;
  const TranslationRegisters& registers_;
  PageTableMemory& memory_;
  WalkObserver* observer_;
};

}  // namespace

std::variant<Translation, TranslationFault> translate(const TranslationRequest& request,
                                                      const TranslationRegisters& registers,
                                                      PageTableMemory& memory,
                                                      WalkObserver* observer) {
  return Walk(request, registers, memory, observer).run();
}

bool permits_again(std::uint64_t leaf, std::uint64_t guest_leaf,
                   const TranslationRequest& request) {
  const std::uint64_t needed = needed_accessed_dirty(request.type);
  const auto admits = [needed](std::uint64_t entry, const StageAccess& access) {
    return entry == 0 || (permits(entry, access) && (entry & needed) == needed);
  };
  return admits(leaf, first_stage_access(request)) &&
         admits(guest_leaf, explicit_guest_access(request));
}

ProtectionCause cause(TranslationFault::Kind kind, AccessType type) {
  switch (kind) {
    case TranslationFault::Kind::access:
      return type == AccessType::fetch  ? ProtectionCause::instruction_access_fault
             : type == AccessType::load ? ProtectionCause::load_access_fault
                                        : ProtectionCause::store_access_fault;
    case TranslationFault::Kind::page:
      return type == AccessType::fetch  ? ProtectionCause::instruction_page_fault
             : type == AccessType::load ? ProtectionCause::load_page_fault
                                        : ProtectionCause::store_page_fault;
    case TranslationFault::Kind::guest_page:
      break;
  }
  return type == AccessType::fetch  ? ProtectionCause::instruction_guest_page_fault
         : type == AccessType::load ? ProtectionCause::load_guest_page_fault
                                    : ProtectionCause::store_guest_page_fault;
}

std::uint64_t pseudoinstruction(ImplicitAccess access) {
  switch (access) {
    case ImplicitAccess::vs_table_read:
      return 0x3000;  // a 64-bit read: VS-level page-table entries of RV64 have 8 bytes
    case ImplicitAccess::vs_table_write:
      return 0x3020;
    case ImplicitAccess::none:
      break;
  }
  return 0;
}

}  // namespace cyclevisor
