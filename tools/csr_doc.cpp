// Writes docs/csrs.md from the CSR table: to standard output, or compares it with a file.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "models/hart/csr/csr_number.hpp"
#include "models/hart/csr/csr_table.hpp"

namespace cyclevisor {
namespace {

constexpr int exit_differs = 1;
constexpr int exit_usage = 2;

std::string hex(std::uint64_t value, int digits) {
  char text[19];
  std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}

const char* privilege_name(std::uint16_t number) {
  switch (csr::privilege(number)) {
    case 0:
      return "U";
    case 1:
      return "S";
    case 2:
      return "HS";
    default:
      return "M";
  }
}

const char* presence_name(CsrPresence presence) {
  switch (presence) {
    case CsrPresence::always:
      return "always";
    case CsrPresence::user:
      return "U-mode";
    case CsrPresence::supervisor:
      return "S-mode";
    case CsrPresence::hypervisor:
      return "H";
    case CsrPresence::zicntr:
      return "Zicntr";
    case CsrPresence::sstc:
      return "Sstc";
    case CsrPresence::sstc_hypervisor:
      return "Sstc and H";
  }
  return "";
}

const char* guard_name(CsrGuard guard) {
  switch (guard) {
    case CsrGuard::none:
      return "";
    case CsrGuard::counter_cycle:
      return "CY of mcounteren, hcounteren, scounteren";
    case CsrGuard::counter_time:
      return "TM of mcounteren, hcounteren, scounteren";
    case CsrGuard::counter_instret:
      return "IR of mcounteren, hcounteren, scounteren";
    case CsrGuard::satp:
      return "mstatus.TVM, hstatus.VTVM";
    case CsrGuard::hgatp:
      return "mstatus.TVM";
    case CsrGuard::supervisor_timer:
      return "STCE of menvcfg, henvcfg; TM of mcounteren, hcounteren";
  }
  return "";
}

std::string writable(const CsrRow& row) {
  if (csr::is_read_only(row.number)) return "read-only";
  if (row.kind == CsrKind::zero) return "reads 0";
  if (row.kind == CsrKind::identity) return "fixed";
  if (row.write_mask == ~std::uint64_t{0}) return "all";
  return "`" + hex(row.write_mask, 1) + "`";
}

std::string document() {
  std::ostringstream out;
  out << "# Control and status registers\n\n"
      << "Written by `cyclevisor-csr-doc` from `models/hart/csr/csr_table.cpp`, the table that access\n"
      << "checks, writable bits and the views of one register through another work from; do not\n"
      << "edit. A CSR that is not here, or whose extension the hart was not given, is an illegal\n"
      << "instruction.\n\n"
      << "\"Needs\" is the least privilege. \"Writable\" gives the bits that a hart with every\n"
      << "extension lets software change (WARL: the others keep their value). \"Closed by\" names\n"
      << "what can take the access away from less privileged modes. \"V=1\" is the register that\n"
      << "stands in for it in a virtual machine.\n";
  out << "\n| number | name | exists with | needs | writable | closed by | V=1 | what it is |"
      << " section |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const CsrRow& row : csr_table()) {
    const char* counterpart = row.virtual_counterpart != 0 ? csr_name(row.virtual_counterpart) : "";
    out << "| `" << hex(row.number, 3) << "` | `" << row.name << "` | "
        << presence_name(row.presence) << " | " << privilege_name(row.number) << " | "
        << writable(row) << " | " << guard_name(row.guard) << " | " << counterpart << " | "
        << row.description << " | " << row.section << " |\n";
  }
  return out.str();
}

int compare(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (file && content.str() == document()) return 0;
  std::cerr << path << " is not what the CSR table says; renew it with\n"
            << "  cyclevisor-csr-doc > " << path << "\n";
  return exit_differs;
}

}  // namespace
}  // namespace cyclevisor

int main(int argc, char** argv) {
  if (argc == 1) {
    std::cout << cyclevisor::document();
    return 0;
  }
  if (argc == 3 && std::string_view(argv[1]) == "--check") return cyclevisor::compare(argv[2]);
  std::cerr << "usage: cyclevisor-csr-doc [--check FILE]\n";
  return cyclevisor::exit_usage;
}
