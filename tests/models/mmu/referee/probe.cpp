// A bare-metal program that tries random one-stage and two-stage address translations and prints
// the outcome of each. It runs on this project's hart and on QEMU; the two outputs are compared.
//
// Cases in which QEMU 7.2 is known to differ are left out (see models/mmu/qemu-differences.md). The
// build defines SEED and CASES.
#include <stdint.h>

namespace {

using u64 = uint64_t;

// By number: the assembler does not know all CSRs of the H extension by name.
enum Csr : unsigned {
  satp = 0x180,
  vsstatus = 0x200,
  vsatp = 0x280,
  mstatus = 0x300,
  medeleg = 0x302,
  menvcfg = 0x30a,
  mcause = 0x342,
  mtval = 0x343,
  mtinst = 0x34a,
  mtval2 = 0x34b,
  pmpcfg0 = 0x3a0,
  pmpaddr0 = 0x3b0,
  hstatus = 0x600,
  henvcfg = 0x60a,
  hgatp = 0x680,
};
template <Csr number>
void write_csr(u64 value) {
  asm volatile("csrw %0, %1" ::"i"(number), "r"(value) : "memory");
}
template <Csr number>
u64 read_csr() {
  u64 value;
  asm volatile("csrr %0, %1" : "=r"(value) : "i"(number) : "memory");
  return value;
}

constexpr u64 V = 1, R = 2, W = 4, X = 8, U = 16, G = 32, A = 64, D = 128;
constexpr u64 adue = u64{1} << 61;
constexpr u64 ecall = 0x73;
constexpr u64 not_trapped = 0x55;

class Random {
 public:
  u64 operator()() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ * 0x2545'f491'4f6c'dd1d >> 11;
  }
  u64 below(u64 limit) { return (*this)() % limit; }
  bool one_in(u64 n) { return below(n) == 0; }

 private:
  u64 state_ = SEED;
} random;

void put(char c) { *reinterpret_cast<volatile char*>(0x1000'0000) = c; }
void print(u64 value) {
  int shift = 60;
  while (shift > 0 && value >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
  put(' ');
}

struct alignas(4096) Table {
  u64 entry[512];
  void clear() {
    for (u64& e : entry) e = 0;
  }
};
struct alignas(16384) GuestRoot {
  u64 entry[2048];
};
Table first[4];  ///< by level
GuestRoot guest_root, guest_root_sv48;
Table guest_for_tables[2], guest_for_data[2];

constexpr u64 memory = 0x8000'0000;
constexpr u64 data = 0x8020'0000;          // a page, followed by one with an instruction
constexpr u64 table_offset = 0x8000'0000;  // guest physical address of a table - physical one

enum Kind : u64 { load, store, fetch, guest_load, guest_store, load_reserved, kinds };
enum Mode : u64 { user, supervisor, virtual_user, virtual_supervisor };

struct Outcome {
  u64 cause, tval, tval2, tinst, value;
};

// The trap vector is also the end of each attempt, so that an attempt gets there with or without a
// trap.
#define ATTEMPT(code)                                                                            \
  asm volatile(                                                                                  \
      "la t0, 1f\n csrw mtvec, t0\n csrw mstatus, %[status]\n"                                   \
      "mv a0, %[address]\n mv a5, %[value]\n" code                                               \
      "\n .balign 4\n 1: csrw mstatus, %[before]\n mv %[value], a5"                              \
      : [value] "+&r"(value)                                                                     \
      : [address] "r"(address), [status] "r"(status), [before] "r"(before), [target] "r"(target) \
      : "t0", "a0", "a5", "memory")

/// One access at `address`: by M-mode itself (MPRV, HLV, HSV), or in the mode of MPP and MPV by the
/// instruction after the page.
Outcome attempt(Kind kind, u64 address, u64 status, bool in_mode) {
  const u64 before = read_csr<mstatus>();
  u64 value = kind == store || kind == guest_store ? 0x77 : 0;
  u64 target = kind == fetch ? address : address + 0x1000;
  write_csr<mcause>(not_trapped);
  write_csr<mtval>(0);
  write_csr<mtval2>(0);
  write_csr<mtinst>(0);
  if (in_mode || kind == fetch) {
    auto* code = reinterpret_cast<volatile uint32_t*>(data + 0x1000);
    code[0] = kind == store ? 0x00f5'3023 : kind == load_reserved ? 0x1005'37af : 0x0005'3783;
    code[1] = ecall;
    asm volatile("fence.i" ::: "memory");
    ATTEMPT("csrw mepc, %[target]\n mret");
  } else if (kind == load) {
    ATTEMPT("ld a5, 0(a0)");
  } else if (kind == store) {
    ATTEMPT("sd a5, 0(a0)");
  } else if (kind == load_reserved) {
    ATTEMPT("lr.d a5, (a0)");
  } else if (kind == guest_load) {
    ATTEMPT(".insn r 0x73, 4, 0x36, a5, a0, x0");
  } else {
    ATTEMPT(".insn r 0x73, 4, 0x37, x0, a0, a5");
  }
  return {read_csr<mcause>(), read_csr<mtval>(), read_csr<mtval2>(), read_csr<mtinst>(), value};
}

u64 random_flags() {
  u64 flags = random.one_in(4) ? random() & 0xff : V | (random.one_in(2) ? R | W | X | A | D : 0);
  if ((flags & R) == 0) flags |= random() & (R | W | X | A | D);
  if (random.one_in(2)) flags |= U;
  if (random.one_in(2)) flags |= G;
  if (!random.one_in(8)) flags |= V | A;
  if (random.one_in(40)) flags |= u64{1} << (54 + random.below(10));
  if (random.one_in(10)) flags |= random.below(4) << 8;
  return flags;
}
u64 random_pointer(u64 address) {
  u64 entry = address >> 12 << 10 | V;
  if (random.one_in(60)) entry |= u64{1} << (4 + random.below(4));
  if (random.one_in(100)) entry |= u64{1} << (54 + random.below(10));
  if (random.one_in(100)) entry |= W;
  if (random.one_in(100)) entry &= ~V;
  return entry;
}
u64 random_leaf(u64 address, unsigned level) {
  u64 page = address >> 12 & ~((u64{1} << (9 * level)) - 1);
  if (level != 0 && random.one_in(8)) page |= u64{1} << random.below(9 * level);
  return page << 10 | random_flags();
}
unsigned random_level() {
  const u64 choice = random.below(6);
  return choice < 4 ? 0 : static_cast<unsigned>(choice - 3);
}
unsigned index_at(u64 address, unsigned level) { return address >> (12 + 9 * level) & 511; }
u64 address_of(const void* p) { return reinterpret_cast<u64>(p); }
u64 atp(bool sv48, u64 root) { return (sv48 ? u64{9} : u64{8}) << 60 | root >> 12; }

void run_case(u64 number) {
  for (Table& table : first) table.clear();
  for (Table& table : guest_for_tables) table.clear();
  for (Table& table : guest_for_data) table.clear();
  for (u64& entry : guest_root.entry) entry = 0;
  for (u64& entry : guest_root_sv48.entry) entry = 0;
  *reinterpret_cast<volatile u64*>(data) = u64{0x11223344} << 32 | ecall;

  const Mode mode = static_cast<Mode>(random.below(4));
  const Kind kind = static_cast<Kind>(random.below(kinds));
  const bool as_guest = kind == guest_load || kind == guest_store;
  const bool two_stages = mode >= virtual_user || as_guest;
  const bool in_mode = two_stages && !as_guest;
  const bool sv48 = random.one_in(3), guest_sv48 = random.one_in(3);
  const bool guest_bare = random.one_in(8);
  const bool bare = two_stages && random.one_in(10);
  const bool translated = two_stages && !guest_bare;
  const unsigned level = random_level(), guest_level = random_level();

  u64 address = (random.one_in(2) ? u64{0x12} << 32 : ~u64{0} << 37) |
                u64{0x4000'0000} * random.below(8) | 0x20'0000;
  if (random.one_in(30)) address ^= u64{1} << (38 + random.below(26));
  u64 guest_physical = data;
  if (translated) {
    guest_physical = 0xc020'0000;
    if (random.one_in(4)) guest_physical += random.one_in(2) ? u64{0x80} << 32 : u64{0xf0} << 32;
    if (random.one_in(30)) guest_physical |= u64{1} << (41 + random.below(12));
  }
  if (bare) address = guest_physical;

  // The guest's tables: 4 KiB pages that are mostly open.
  u64(&root)[2048] = guest_root.entry;
  bool tables_writable = true;
  for (const Table& table : first) {
    const u64 at = address_of(&table) + table_offset;
    root[at >> 30] = address_of(&guest_for_tables[1]) >> 12 << 10 | V;
    guest_for_tables[1].entry[index_at(at, 1)] = address_of(&guest_for_tables[0]) >> 12 << 10 | V;
    u64 flags = V | R | W | X | U | A | D;
    switch (random.below(24)) {
      case 0:
        flags &= ~W;
        break;
      case 1:
        flags &= ~(A | D);
        break;
      case 2:
        flags = random() & 0xff;
        break;
      case 3:
        flags &= ~(R | W);
        break;
      default:
        break;
    }
    if ((flags & (W | D)) != (W | D)) tables_writable = false;
    guest_for_tables[0].entry[index_at(at, 0)] = address_of(&table) >> 12 << 10 | flags;
  }

  // The first stage.
  const u64 base = translated ? table_offset : 0;
  u64* leaf = &first[level].entry[index_at(address, level)];
  for (unsigned i = 3; i > level; --i) {
    first[i].entry[index_at(address, i)] = random_pointer(address_of(&first[i - 1]) + base);
  }
  *leaf = random_leaf(guest_physical, level);
  if (!tables_writable) *leaf |= A | D;
  if (in_mode && level == 0) {
    leaf[1] = (guest_physical + 0x1000) >> 12 << 10 | V | R | X | W | A | D |
              (mode == virtual_user ? U : 0);
  }

  // The G stage of the page itself. Its index in the root has 11 bits.
  const u64 place = guest_physical & ((u64{1} << 41) - 1);
  u64* guest_leaf = guest_level == 2
                        ? &root[place >> 30]
                        : &guest_for_data[guest_level].entry[index_at(place, guest_level)];
  if (guest_level < 2) root[place >> 30] = random_pointer(address_of(&guest_for_data[1]));
  if (guest_level < 1) {
    guest_for_data[1].entry[index_at(place, 1)] = random_pointer(address_of(&guest_for_data[0]));
  }
  *guest_leaf = random_leaf(guest_level == 2 ? memory : data, guest_level);
  if (guest_level == 0) guest_leaf[1] = (data + 0x1000) >> 12 << 10 | V | R | W | X | U | A | D;
  for (unsigned i = 0; i < 4; ++i) {
    guest_root_sv48.entry[i] = (address_of(&guest_root) + 4096 * i) >> 12 << 10 | V;
  }

  const bool sum = random.one_in(2), vs_sum = as_guest || random.one_in(2);
  const bool mxr = !two_stages && random.one_in(2), spvp = random.one_in(2);
  const u64 first_atp = bare ? 0 : atp(sv48, address_of(&first[sv48 ? 3 : 2]) + base);
  // QEMU checks satp.MODE even where vsatp applies.
  write_csr<satp>(two_stages ? u64{8} << 60 : first_atp);
  write_csr<vsatp>(two_stages ? first_atp : 0);
  write_csr<hgatp>(
      translated ? atp(guest_sv48, address_of(guest_sv48 ? guest_root_sv48.entry : root)) : 0);
  write_csr<vsstatus>(u64{vs_sum} << 18);
  write_csr<hstatus>(u64{spvp} << 8);
  u64 status = read_csr<mstatus>() & (u64{0xf} << 32);
  status |= u64{sum} << 18 | u64{mxr} << 19 | (mode & 1) << 11 | u64{mode >= virtual_user} << 39;
  if (!in_mode && !as_guest && kind != fetch) status |= u64{1} << 17;  // MPRV
  asm volatile("sfence.vma\n .word 0x22000073 # hfence.vvma\n .word 0x62000073 # hfence.gvma" ::
                   : "memory");
  const Outcome outcome = attempt(kind, address, status, in_mode);

  u64 table_state = 0;
  for (const u64 entry : guest_for_tables[0].entry) table_state = table_state * 31 + entry;
  const bool called = outcome.cause >= 8 && outcome.cause <= 10;
  const bool pseudo = outcome.tinst == 0x3000 || outcome.tinst == 0x3020;
  const u64 line[] = {
      number, kind, mode, outcome.cause, called ? 0 : outcome.tval, called ? 0 : outcome.tval2,
      // Transformed instructions are implementation-defined.
      pseudo ? outcome.tinst : 0, outcome.value, *reinterpret_cast<volatile u64*>(data), *leaf,
      two_stages ? *guest_leaf : 0, table_state};
  for (const u64 value : line) print(value);
  put('\n');
}

}  // namespace

extern "C" void probe_main() {
  write_csr<pmpaddr0>(~u64{0});
  write_csr<pmpcfg0>(0x1f);
  // Hardware updates A and D, as QEMU 7.2 always does.
  write_csr<menvcfg>(adue);
  write_csr<henvcfg>(adue);
  write_csr<medeleg>(0);
  for (u64 number = 0; number < CASES; ++number) run_case(number);
  *reinterpret_cast<volatile uint32_t*>(0x10'0000) = 0x5555;
  for (;;) {
  }
}
