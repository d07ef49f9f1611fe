#include "models/hart/commit_log.hpp"

#include <cstdio>
#include <string>

#include "models/hart/csr/csr_fields.hpp"
#include "models/hart/csr/csr_table.hpp"
#include "models/hart/isa/decode.hpp"

namespace cyclevisor {
namespace {

/// Formats a value of `bytes` bytes as Spike does: all digits, including leading zeros.
std::string hex(std::uint64_t value, unsigned bytes) {
  char text[19];
  std::snprintf(text, sizeof text, "0x%0*llx", static_cast<int>(2 * bytes),
                static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

void CommitLog::on(const Retire& event) {
  char head[32];
  std::snprintf(head, sizeof head, "core%4u: %u ", hart_id_,
                static_cast<unsigned>(nominal_privilege(event.mode)));
  const unsigned length = is_longer_than_16_bits(event.instruction) ? 4 : 2;
  std::string line = head + hex(event.pc.value, 8) + " (" + hex(event.instruction, length) + ")";
  if (event.rd != 0) {
    char name[8];
    std::snprintf(name, sizeof name, " x%-2u ", unsigned{event.rd});
    line += name + hex(event.rd_value, 8);
  }
  if (event.csr != Retire::no_csr) {
    const char* name = csr_name(event.csr);
    line += " c" + std::to_string(event.csr) + "_" + (name != nullptr ? name : "unknown") + " " +
            hex(event.csr_value, 8);
  }
  const MemoryAccess& access = event.access;
  const std::string address = " mem " + hex(access.address.value, 8);
  switch (access.kind) {
    case MemoryAccess::Kind::none:
      break;
    case MemoryAccess::Kind::load:
      line += address;
      break;
    case MemoryAccess::Kind::amo:
      line += address;
      [[fallthrough]];
    case MemoryAccess::Kind::store:
      line += address + " " + hex(access.value, access.bytes);
      break;
  }
  out_ << line << '\n';
}

}  // namespace cyclevisor
