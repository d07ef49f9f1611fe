#include "models/hart/core.hpp"

#include "models/hart/execute/execute.hpp"
#include "models/hart/isa/decode.hpp"

namespace cyclevisor {

Core::Core(const HartConfig& config, PhysicalBus& bus, TimeSource& time)
    : csrs(config, time), memory(csrs, bus) {
  Instruction empty;
  empty.raw = never_fetched;
  decoded_.assign(decoded_count, empty);
}

void Core::reset(std::uint64_t start, std::uint64_t a0, std::uint64_t a1) {
  x = IntegerRegisters{};
  x[10] = a0;
  x[11] = a1;
  pc = start;
  reservation.reset();
  const std::uint64_t lines = csrs.state.interrupt_lines;
  csrs.reset();
  csrs.state.interrupt_lines = lines;
  memory.flush();
  set_mode(PrivilegeMode::machine);
}

const Instruction* Core::fetch(Cycle at) {
  std::uint32_t bits = 0;
  if (!memory.fetch(pc, at, bits)) {
    exception = memory.exception();
    fetched_bits = 0;
    return nullptr;
  }
  if (!is_longer_than_16_bits(bits)) bits &= 0xffff;
  fetched_bits = bits;
  Instruction& slot = decoded_[(pc >> 1) % decoded_count];
  if (slot.raw == bits) return &slot;
  const std::optional<Instruction> instruction = decode(bits, csrs.config().extensions);
  if (!instruction) {
    raise(ExceptionCause::illegal_instruction, bits);
    return nullptr;
  }
  slot = *instruction;
  return &slot;
}

Step Core::execute(const Instruction& instruction, Cycle at) {
  now = at;
  next_pc = pc + instruction.length;
  memory.begin();
  const Step step = execute_instruction(*this, instruction);
  if (step == Step::exception || step == Step::wait) return step;
  pc = next_pc;
  ++csrs.retired;
  return step;
}

void Core::retire_wait(const Instruction& instruction) {
  memory.begin();
  pc += instruction.length;
  ++csrs.retired;
}

Step Core::raise(ExceptionCause cause, std::uint64_t tval, TrapValue trap_value) {
  exception = Exception();
  exception.cause = cause;
  exception.tval = tval;
  exception.trap_value = trap_value;
  return Step::exception;
}

Step Core::raise_access(const Instruction& instruction, std::uint64_t address) {
  exception = memory.exception();
  // A fault of an implicit access has a pseudoinstruction already; every other one is described
  // by the transformed instruction.
  if (exception.tinst == 0 && has(Extension::h)) {
    exception.tinst = transformed_instruction(instruction, exception.tval - address);
  }
  return Step::exception;
}

Step Core::raise_illegal(const Instruction& instruction) {
  return raise(ExceptionCause::illegal_instruction, instruction.raw);
}

Step Core::raise_virtual(const Instruction& instruction) {
  return raise(ExceptionCause::virtual_instruction, instruction.raw);
}

}  // namespace cyclevisor
