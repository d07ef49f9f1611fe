#include "platform/gdb/next_access.hpp"

#include "models/hart/isa/decode.hpp"
#include "models/timing/stage_registers.hpp"

namespace cyclevisor::gdb {

std::optional<MemoryAccess> next_access(std::uint32_t bits,
                                        const std::function<std::uint64_t(unsigned)>& x) {
  const auto instruction = decode(bits, ExtensionSet::all());
  if (!instruction) return std::nullopt;
  MemoryAccess access;
  switch (instruction->instruction_class) {
    case InstructionClass::load:
    case InstructionClass::load_reserved:
      access.kind = MemoryAccess::Kind::load;
      break;
    case InstructionClass::store:
    case InstructionClass::store_conditional:
      access.kind = MemoryAccess::Kind::store;
      break;
    case InstructionClass::amo:
      access.kind = MemoryAccess::Kind::amo;
      break;
    default:
      return std::nullopt;
  }
  access.bytes = static_cast<std::uint8_t>(access_bytes(instruction->operation));
  access.address =
      VirtualAddress(x(instruction->rs1) + static_cast<std::uint64_t>(instruction->immediate));
  return access;
}

}  // namespace cyclevisor::gdb
