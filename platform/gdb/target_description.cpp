#include "platform/gdb/target_description.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "models/hart/csr/csr_table.hpp"

namespace cyclevisor::gdb {
namespace {

constexpr std::array<std::string_view, 32> integer_names{
    "zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "fp", "s1", "a0",
    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

std::string_view type_of(std::string_view name) {
  if (name == "ra" || name == "pc") return "code_ptr";
  if (name == "sp" || name == "gp" || name == "tp" || name == "fp") return "data_ptr";
  return "int";
}

std::string row(std::string_view name, std::string_view type, std::uint64_t number) {
  return fmt::format("<reg name=\"{}\" bitsize=\"64\" type=\"{}\" regnum=\"{}\"/>\n", name, type,
                     number);
}

}  // namespace

std::string target_description(const Hart& hart) {
  std::string xml =
      "<?xml version=\"1.0\"?>\n"
      "<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
      "<target version=\"1.0\">\n"
      "<architecture>riscv:rv64</architecture>\n"
      "<feature name=\"org.gnu.gdb.riscv.cpu\">\n";
  std::uint64_t number = 0;
  for (const std::string_view name : integer_names) xml += row(name, type_of(name), number++);
  xml += row("pc", type_of("pc"), register_number::pc);
  xml += "</feature>\n<feature name=\"org.gnu.gdb.riscv.csr\">\n";
  for (const CsrRow& csr : csr_table()) {
    if (hart.csr(csr.number)) {
      xml += row(csr.name, "int", register_number::first_csr + csr.number);
    }
  }
  xml += "</feature>\n<feature name=\"org.gnu.gdb.riscv.virtual\">\n";
  xml += row("priv", "int", register_number::privilege);
  return xml + "</feature>\n</target>\n";
}

}  // namespace cyclevisor::gdb
