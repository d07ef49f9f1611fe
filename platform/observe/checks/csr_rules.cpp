#include "platform/observe/checks/csr_rules.hpp"

#include <fmt/format.h>

namespace cyclevisor {
namespace {

const char* rule_of(unsigned csr) {
  if (csr == guest_csr::mip) return "mip-follows-timer";
  return csr == guest_csr::mcause ? "mcause-names-trap" : "csr-reads-back";
}

}  // namespace

void CsrRules::csr_read(const GuestCsrRead& read) {
  if ((read.value & read.known) == read.expected) return;
  oracle_.report({rule_of(read.csr), read.done, read.vm,
                  fmt::format("CSR {:#x} read {:#x}; of the bits {:#x} it must have {:#x}",
                              read.csr, read.value, read.known, read.expected)});
}

}  // namespace cyclevisor
