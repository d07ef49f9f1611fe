#include "guests/common/finish.hpp"

#include "guests/common/console.hpp"
#include "guests/common/csr.hpp"
#include "models/base/virt_map.h"

namespace {
// sifive,test1
constexpr uintptr_t finisher = VIRT_FINISHER_BASE;
constexpr uint32_t pass_word = 0x5555;
constexpr uint32_t fail_word = 0x3333;
}  // namespace

extern "C" void finish(int code) {
  disable_interrupts();
  const uint32_t word = code == 0 ? pass_word : static_cast<uint32_t>(code) << 16 | fail_word;
  *reinterpret_cast<volatile uint32_t*>(finisher) = word;
  for (;;) asm volatile("wfi");
}

void fail(int code, const char* what, uint64_t found, uint64_t wanted) {
  disable_interrupts();
  print("FAIL: ", what, ": found ", Hex{found}, ", wanted ", Hex{wanted}, "\n");
  finish(code);
}

// mtvec until the guest sets its own. Its two low bits are the mode, so the address has them clear.
extern "C" [[noreturn, gnu::aligned(4)]] void unexpected_trap() {
  print("FAIL: unexpected trap: mcause ", Hex{csr_read<csr_mcause>()}, ", mepc ",
        Hex{csr_read<csr_mepc>()}, ", mtval ", Hex{csr_read<csr_mtval>()}, "\n");
  finish(unexpected_trap_code);
}
