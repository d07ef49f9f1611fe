// The end of a self-checking program.
#include "guests/common/console.hpp"
#include "guests/common/csr.hpp"
#include "guests/common/finish.hpp"

// 0: every check has passed; otherwise the line of the one that has not.
extern "C" [[noreturn]] void report(uint64_t failed_line) {
  if (failed_line == 0) {
    print("PASS\n");
  } else {
    print("FAIL: line ", failed_line, "; the last trap: mcause ", Hex{csr_read<csr_mcause>()},
          ", mepc ", Hex{csr_read<csr_mepc>()}, ", mtval ", Hex{csr_read<csr_mtval>()}, "\n");
  }
  finish(static_cast<int>(failed_line));
}
