#include "platform/gdb/attach_script.hpp"

#include <fmt/format.h>

namespace cyclevisor::gdb {

std::string attach_script(std::size_t programs, std::uint16_t port) {
  std::string script = fmt::format(
      "# Made for one run: gdb-multiarch -x attach.gdb (docs/debugging.md)\n"
      "set confirm off\n"
      "set architecture riscv:rv64\n"
      "# There is one hart: whatever is stepped or continued, everything goes on.\n"
      "set schedule-multiple on\n"
      "# Programs lie on this machine and need not be fetched from the target.\n"
      "set sysroot\n"
      "target remote 127.0.0.1:{}\n"
      "# GDB reads the description of the registers for the first inferior only.\n",
      port);
  for (std::size_t inferior = programs; inferior > 1; --inferior) {
    script += fmt::format("inferior {}\nunset tdesc filename\n", inferior);
  }
  return script + "inferior 1\n";
}

}  // namespace cyclevisor::gdb
