// Every combination of PTE permission bits, access, mode, SUM and MXR, against tables that were
// written from the text of the privileged specification ("Virtual Address Translation Process",
// "Two-Stage Address Translation").
#include <catch2/catch.hpp>
#include <string>

#include "tests/models/mmu/page_tables.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

/// "Encoding of PTE R/W/X fields": what is permitted, as letters f, l, s; MXR adds loads.
struct RwxRow {
  std::uint64_t rwx;
  std::string permitted;
  std::string permitted_with_mxr;
  std::string permitted_hlvx;  // "execute permission takes the place of read permission"
};
const RwxRow rwx_table[] = {
    {0, "", "", ""},                                             // pointer at the last level
    {pte::read, "l", "l", ""},                                   // read-only page
    {pte::write, "", "", ""},                                    // reserved
    {pte::read | pte::write, "ls", "ls", ""},                    // read-write page
    {pte::execute, "f", "fl", "l"},                              // execute-only page
    {pte::read | pte::execute, "fl", "fl", "l"},                 // read-execute page
    {pte::write | pte::execute, "", "", ""},                     // reserved
    {pte::read | pte::write | pte::execute, "fls", "fls", "l"},  // read-write-execute page
};

/// Who may use the page, by U of the PTE: "U-mode software may only access the page when U=1";
/// "supervisor mode software ... with SUM=0 faults", "may not execute code on pages with U=1".
struct UserRow {
  bool user_mode;
  bool user_page;
  bool sum;
  std::string permitted;
};
const UserRow user_table[] = {
    {true, true, false, "fls"}, {true, true, true, "fls"},    {true, false, false, ""},
    {true, false, true, ""},    {false, false, false, "fls"}, {false, false, true, "fls"},
    {false, true, false, ""},   {false, true, true, "ls"},
};

/// A and D without hardware update (Svade), by access.
struct AccessedDirtyRow {
  std::uint64_t bits;
  std::string permitted;
};
const AccessedDirtyRow accessed_dirty_table[] = {
    {0, ""}, {pte::accessed, "fl"}, {pte::dirty, ""}, {pte::accessed | pte::dirty, "fls"}};

bool has(const std::string& letters, AccessType type) {
  return letters.find("fls"[static_cast<int>(type)]) != std::string::npos;
}

constexpr std::uint64_t address = 0x1234'5000;
constexpr std::uint64_t target = 0x8765'4000;

bool bit(unsigned value, unsigned number) { return ((value >> number) & 1) != 0; }

bool expected(std::uint64_t flags, AccessType type, bool user_mode, bool sum, bool mxr,
              LoadPermission load_permission, AccessedDirty policy) {
  if ((flags & pte::valid) == 0) return false;
  bool allowed = true;
  for (const RwxRow& row : rwx_table) {
    if (row.rwx != (flags & (pte::read | pte::write | pte::execute))) continue;
    const bool hlvx = load_permission == LoadPermission::execute && type == AccessType::load;
    allowed = allowed && has(hlvx  ? row.permitted_hlvx
                             : mxr ? row.permitted_with_mxr
                                   : row.permitted,
                             type);
  }
  for (const UserRow& row : user_table) {
    if (row.user_mode != user_mode || row.sum != sum) continue;
    if (row.user_page != ((flags & pte::user) != 0)) continue;
    allowed = allowed && has(row.permitted, type);
  }
  for (const AccessedDirtyRow& row : accessed_dirty_table) {
    if (row.bits != (flags & (pte::accessed | pte::dirty))) continue;
    if (policy == AccessedDirty::fault) allowed = allowed && has(row.permitted, type);
  }
  return allowed;
}

std::string describe(std::uint64_t flags, AccessType type, PrivilegeMode mode, unsigned status) {
  std::string text = "flags ";
  for (unsigned i = 8; i-- > 0;)
    text += bit(static_cast<unsigned>(flags), i) ? "DAGUXWRV"[7 - i] : '-';
  text += std::string(" access ") + "fls"[static_cast<int>(type)] + " mode " + name(mode);
  if (bit(status, 0)) text += " SUM";
  if (bit(status, 1)) text += " MXR";
  if (bit(status, 2)) text += " vsMXR";
  if (bit(status, 3)) text += " HLVX";
  if (bit(status, 4)) text += " ADUE";
  return text;
}

constexpr PrivilegeMode translated_modes[] = {PrivilegeMode::user, PrivilegeMode::supervisor,
                                              PrivilegeMode::virtual_user,
                                              PrivilegeMode::virtual_supervisor};

/// The permissions that the result claims for later accesses must match what a walk would then
/// give.
bool promises_hold(const Translation& translation, TranslationRequest request,
                   TranslationRegisters registers, TableMemory& memory) {
  registers.accessed_dirty = registers.vs_accessed_dirty = AccessedDirty::fault;
  request.load_permission = LoadPermission::read;
  bool hold = true;
  for (const AccessType type : access_types) {
    request.type = type;
    const bool ok = std::string(outcome(translate(request, registers, memory))) == "ok";
    const bool promised = type == AccessType::fetch  ? translation.executable
                          : type == AccessType::load ? translation.readable
                                                     : translation.writable;
    hold = hold && promised == ok;
  }
  return hold;
}

/// Runs every status combination for one set of flags. `change_first`: the flags are those of the
/// first stage's leaf; otherwise of the G stage's.
enum class Varied { first_stage, guest_stage };

void check_flags(Varied varied, PrivilegeMode mode, std::uint64_t flags, AccessType type,
                 unsigned status) {
  const bool guest_varied = varied == Varied::guest_stage;
  TableMemory memory;
  TableBuilder first(memory, 3, 0x10'0000);
  TableBuilder guest(memory, 3, 0x20'0000);
  guest.map(0, 0, all_user, 2);  // the VS stage's tables: identity
  const bool user_mode = mode == PrivilegeMode::user || mode == PrivilegeMode::virtual_user;
  const std::uint64_t open = user_mode ? all_user : all_supervisor;
  constexpr std::uint64_t guest_page = 0x4000'0000;
  const std::uint64_t first_leaf =
      first.map(address, is_virtual(mode) ? guest_page : target, guest_varied ? open : flags);
  const std::uint64_t guest_leaf = guest.map(guest_page, target, guest_varied ? flags : all_user);

  TranslationRequest request;
  request.address = VirtualAddress(address + 0x123);
  request.type = type;
  request.mode = mode;
  request.sum = bit(status, 0);
  request.mxr = bit(status, 1);
  request.vs_mxr = bit(status, 2);
  request.load_permission = bit(status, 3) ? LoadPermission::execute : LoadPermission::read;
  const AccessedDirty policy = bit(status, 4) ? AccessedDirty::update : AccessedDirty::fault;
  TranslationRegisters registers;
  registers.satp = is_virtual(mode) ? ~std::uint64_t{0} : first.atp();  // satp unused with V=1
  registers.vsatp = first.atp();
  registers.hgatp = guest.atp();
  // Only the policy that belongs to the varied stage admits updates.
  const bool vs_policy = is_virtual(mode) && !guest_varied;
  (vs_policy ? registers.vs_accessed_dirty : registers.accessed_dirty) = policy;

  const bool allowed = guest_varied ? expected(flags, type, true, false, request.mxr,
                                               request.load_permission, policy)
                                    : expected(flags, type, user_mode, request.sum,
                                               request.mxr || (is_virtual(mode) && request.vs_mxr),
                                               request.load_permission, policy);
  const std::string wanted = allowed ? "ok" : guest_varied ? "guest-page" : "page";
  const auto result = translate(request, registers, memory);
  bool right = wanted == outcome(result);
  // A fault changes nothing; a success sets exactly A, and D for a store.
  const std::uint64_t after = memory.words[guest_varied ? guest_leaf : first_leaf] & 0xff;
  const std::uint64_t needed =
      type == AccessType::store ? pte::accessed | pte::dirty : pte::accessed;
  right = right && after == (allowed ? flags | needed : flags);
  if (const auto* translation = std::get_if<Translation>(&result)) {
    right = right && translation->physical.value == target + 0x123;
    right = right && promises_hold(*translation, request, registers, memory);
  }
  if (!right) {
    INFO(describe(flags, type, mode, status)
         << ": wanted " << wanted << ", got " << outcome(result));
    FAIL_CHECK();
  }
}

TEST_CASE("first stage: PTE bits x access x mode x SUM x MXR x A/D policy") {
  for (const PrivilegeMode mode : translated_modes) {
    for (std::uint64_t flags = 0; flags < 256; ++flags) {
      for (const AccessType type : access_types) {
        for (unsigned status = 0; status < 32; ++status) {
          // HLVX exists for the virtual modes only, and is a load.
          if (bit(status, 3) && (!is_virtual(mode) || type != AccessType::load)) continue;
          check_flags(Varied::first_stage, mode, flags, type, status);
        }
      }
    }
  }
}

TEST_CASE("G stage: PTE bits x access x mode x SUM x MXR x A/D policy") {
  for (const PrivilegeMode mode :
       {PrivilegeMode::virtual_user, PrivilegeMode::virtual_supervisor}) {
    for (std::uint64_t flags = 0; flags < 256; ++flags) {
      for (const AccessType type : access_types) {
        for (unsigned status = 0; status < 32; ++status) {
          if (bit(status, 3) && type != AccessType::load) continue;
          // The VS-stage leaf is all open, so vsstatus.MXR and SUM must not matter.
          check_flags(Varied::guest_stage, mode, flags, type, status);
        }
      }
    }
  }
}

TEST_CASE("M-mode is not translated, whatever satp says") {
  TableMemory memory;
  TranslationRequest request;
  request.address = VirtualAddress(address);
  TranslationRegisters registers;
  registers.satp = std::uint64_t{8} << 60;
  for (const AccessType type : access_types) {
    request.type = type;
    const auto result = translate(request, registers, memory);
    REQUIRE(std::string(outcome(result)) == "ok");
    CHECK(std::get<Translation>(result).physical.value == address);
  }
}

TEST_CASE("fault kinds become the exception codes of mcause") {
  using Kind = TranslationFault::Kind;
  const struct {
    Kind kind;
    int codes[3];
  } rows[] = {
      {Kind::access, {1, 5, 7}}, {Kind::page, {12, 13, 15}}, {Kind::guest_page, {20, 21, 23}}};
  for (const auto& row : rows) {
    for (const AccessType type : access_types) {
      CHECK(static_cast<int>(cause(row.kind, type)) == row.codes[static_cast<int>(type)]);
    }
  }
}

}  // namespace
