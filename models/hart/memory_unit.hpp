// How instructions reach memory: translation, PMP, main memory or bus, with exceptions told apart.
//
// Main memory is what the bus grants as direct regions. Everything else is a device (an I/O region
// in the words of "Physical Memory Attributes"): it takes naturally aligned loads, stores and
// fetches, while atomics, misaligned accesses and page-table walks there are access faults.
//
// A cache of translations serves the speed of the simulator only; it is emptied by whatever may
// change one (fences, satp, vsatp, hgatp, menvcfg, henvcfg, PMP).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "models/base/types.hpp"
#include "models/hart/csr/csr_file.hpp"
#include "models/hart/execute/exception.hpp"
#include "models/hart/ports.hpp"
#include "models/mmu/translate.hpp"
#include "models/probe/events.hpp"

namespace cyclevisor {

/// An operand whose translation, checks and bus transfer have been made by somebody else: a
/// pipeline with TLBs and caches of its own. Two pieces when it lies in two pages or lines.
struct PreparedOperand {
  PhysicalAddress first;
  unsigned first_bytes = 8;  ///< what is beyond them, if anything, lies at `second`
  PhysicalAddress second;
  /// The answer of a device; nothing for main memory.
  std::optional<BusReply> reply;
};

/// Whether MemoryUnit describes each access in `last_access` for the event stream.
enum class AccessRecording : std::uint8_t { off, on };

class MemoryUnit : private PageTableMemory {
 public:
  MemoryUnit(CsrFile& csrs, PhysicalBus& bus);

  /// To be called after every change of mode, mstatus, vsstatus or hstatus.
  void refresh(PrivilegeMode mode);
  /// Forgets cached translations.
  void flush();
  void invalidate_direct_memory();
  /// For those who keep translations of their own. They stay what they are until this changes, each
  /// for its context: a number below 4096, a multiple of 8 and not 0.
  std::uint64_t generation() const { return generation_; }
  std::uint64_t fetch_context() const { return fetch_context_; }
  std::uint64_t data_context() const { return data_context_; }

  void set_recording(AccessRecording recording) { recording_ = recording == AccessRecording::on; }

  /// To be called before each instruction is executed.
  void begin() {
    bus_done_ = Cycle();
    if (recording_) access_ = MemoryAccess();
  }

  /// The bits of the instruction at `pc`: 32, or 16 in the low half. False: see `exception`.
  bool fetch(std::uint64_t pc, Cycle at, std::uint32_t& bits) {
    const Entry& entry = fetch_cache_[index_of(pc)];
    const std::uint64_t offset = pc & page_offset;
    if (entry.tag == ((pc & ~page_offset) | fetch_context_) && offset <= page_offset + 1 - 4) {
      std::memcpy(&bits, entry.host + offset, sizeof bits);
      physical_pc_ = entry.physical + offset;
      return true;
    }
    return fetch_slowly(pc, at, bits);
  }

  /// Explicit accesses with the current data privilege. T is an unsigned type of 1, 2, 4, 8 bytes.
  /// False: nothing was done, see `exception`.
  template <class T>
  bool load(std::uint64_t address, Cycle at, T& value) {
    const Entry& entry = load_cache_[index_of(address)];
    if (entry.tag == ((address & ~page_offset_of<T>()) | data_context_)) {
      std::memcpy(&value, entry.host + (address & page_offset), sizeof value);
      if (recording_) record(MemoryAccess::Kind::load, address, entry, sizeof(T), value);
      return true;
    }
    std::uint64_t wide = 0;
    if (!load_slowly(data_request(address, AccessType::load), sizeof(T), at, wide)) return false;
    value = static_cast<T>(wide);
    return true;
  }
  template <class T>
  bool store(std::uint64_t address, Cycle at, T value) {
    const Entry& entry = store_cache_[index_of(address)];
    if (entry.tag == ((address & ~page_offset_of<T>()) | data_context_)) {
      std::memcpy(entry.host + (address & page_offset), &value, sizeof value);
      if (recording_) record(MemoryAccess::Kind::store, address, entry, sizeof(T), value);
      return true;
    }
    return store_slowly(data_request(address, AccessType::store), sizeof(T), at, value);
  }

  /// Where in main memory the aligned operand of LR (a load), SC and AMO (stores) lies; nothing is
  /// accessed. False: see `exception`.
  bool find_atomic(std::uint64_t address, unsigned bytes, AccessType type,
                   PhysicalAddress& physical);
  /// Main memory, `bytes` up to 8, little-endian. What is not granted directly, because somebody
  /// watches it, is reached over the bus.
  std::uint64_t read_memory(PhysicalAddress address, unsigned bytes, Cycle at);
  void write_memory(PhysicalAddress address, unsigned bytes, std::uint64_t value, Cycle at);
  void record_access(MemoryAccess::Kind kind, std::uint64_t address, PhysicalAddress physical,
                     unsigned bytes, std::uint64_t value);

  /// HLV, HLVX, HSV: as a guest of privilege `mode` (VS or VU).
  bool load_as_guest(std::uint64_t address, unsigned bytes, PrivilegeMode mode,
                     LoadPermission permission, Cycle at, std::uint64_t& value);
  bool store_as_guest(std::uint64_t address, unsigned bytes, PrivilegeMode mode, Cycle at,
                      std::uint64_t value);

  /// Explicit accesses use this operand, whatever their address, until `end_prepared`; it must
  /// outlive that. They do not fail.
  void begin_prepared(const PreparedOperand& operand) {
    prepared_ = &operand;
    data_context_ = prepared_context;
  }
  void end_prepared() {
    prepared_ = nullptr;
    data_context_ = context_of(data_mode_);
  }

  /// The access as the current registers make it out to be, for whoever translates in their own
  /// way: an ordinary one, one of HLV, HLVX and HSV, a fetch; and what `translate` looks at.
  TranslationRequest data_request(std::uint64_t address, AccessType type) const;
  TranslationRequest guest_request(std::uint64_t address, AccessType type,
                                   PrivilegeMode mode) const;
  TranslationRequest fetch_request(std::uint64_t address) const;
  TranslationRegisters registers() const;
  /// Main memory for page tables, with PMP.
  PageTableMemory& page_tables() { return *this; }
  /// Where main memory lies in the host, without any check; null where there is none.
  std::byte* direct(PhysicalAddress address, std::uint64_t bytes, AccessType type);

  /// Why the last access failed. `tinst` is set for pseudoinstructions only.
  const Exception& exception() const { return exception_; }
  /// The first cycle in which the hart may go on after the instruction's bus access; cycle 0
  /// without one.
  Cycle bus_done() const { return bus_done_; }
  PhysicalAddress physical_pc() const { return PhysicalAddress(physical_pc_); }
  /// For whoever fetches by other means.
  void set_physical_pc(PhysicalAddress pc) { physical_pc_ = pc.value; }
  const MemoryAccess& last_access() const { return access_; }

 private:
  /// A page of main memory that an access type in one context may use freely.
  struct Entry {
    std::uint64_t tag = 0;  ///< page address | context; 0 never matches
    std::byte* host = nullptr;
    std::uint64_t physical = 0;
  };
  static constexpr std::uint64_t page_offset = pte::page_bytes - 1;
  static constexpr std::size_t entry_count = 256;
  using Cache = std::array<Entry, entry_count>;
  /// Unlike the context of any mode: no tag has it.
  static constexpr std::uint64_t prepared_context = std::uint64_t{7} << 3;

  /// The bits of an address inside a page, without those that must be 0 in an aligned access: a
  /// misaligned address keeps them and so matches no tag.
  template <class T>
  static constexpr std::uint64_t page_offset_of() {
    return page_offset & ~(std::uint64_t{sizeof(T)} - 1);
  }
  static std::size_t index_of(std::uint64_t address) {
    return (address >> pte::page_shift) % entry_count;
  }

  /// Where an access goes: main memory, or (host null) the bus.
  struct Target {
    PhysicalAddress physical;
    std::byte* host = nullptr;
  };

  // PageTableMemory
  PteStatus read(PhysicalAddress address, std::uint64_t& entry) override;
  PteStatus compare_exchange(PhysicalAddress address, std::uint64_t expected,
                             std::uint64_t desired) override;

  void complete_request(TranslationRequest& request) const;
  std::uint64_t context_of(PrivilegeMode mode) const;

  /// Translates and checks one access that does not cross a page. `cache`, if not null, learns the
  /// page.
  bool resolve(const TranslationRequest& request, unsigned bytes, Target& target, Cache* cache,
               std::uint64_t context);
  /// Each byte of an access that is not aligned.
  bool resolve_bytes(const TranslationRequest& request, unsigned bytes,
                     std::array<Target, 8>& targets);
  bool fetch_slowly(std::uint64_t pc, Cycle at, std::uint32_t& bits);
  bool fetch_half(std::uint64_t address, Cycle at, std::uint16_t& half);
  bool load_slowly(const TranslationRequest& request, unsigned bytes, Cycle at,
                   std::uint64_t& value);
  bool store_slowly(const TranslationRequest& request, unsigned bytes, Cycle at,
                    std::uint64_t value);
  std::uint64_t load_prepared(unsigned bytes, Cycle at);
  void store_prepared(unsigned bytes, Cycle at, std::uint64_t value);
  /// Calls copy(host, offset in the operand, bytes) for each piece of the prepared operand.
  template <class Copy>
  void for_each_piece(unsigned bytes, Copy copy);
  bool fail(ProtectionCause cause, const TranslationRequest& request);
  bool fail_misaligned(const TranslationRequest& request);
  bool fail_translation(const TranslationFault& fault, const TranslationRequest& request);

  void record(MemoryAccess::Kind kind, std::uint64_t address, const Entry& entry, unsigned bytes,
              std::uint64_t value);

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
  std::uint64_t physical_pc_ = 0;
  Cycle bus_done_;
  MemoryAccess access_;
  Exception exception_;
  Cache fetch_cache_{};
  Cache load_cache_{};
  Cache store_cache_{};
};

}  // namespace cyclevisor
