#include "models/hart/execute/core.hpp"

#include "models/hart/execute/execute.hpp"

namespace cyclevisor {

Core::Core(const HartConfig& config, PhysicalBus& bus, TimeSource& time)
    : csrs(config, time), memory(csrs, bus) {}

void Core::reset(std::uint64_t start, std::uint64_t a0, std::uint64_t a1) {
  x = IntegerRegisters{};
  x[10] = a0;
  x[11] = a1;
  pc = start;
  reservation.reset();
  const std::uint64_t lines = csrs.state.interrupt_lines;
  csrs.reset();
  csrs.state.interrupt_lines = lines;
  memory.translations_changed();
  set_mode(PrivilegeMode::machine);
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

Step Core::raise_illegal(const Instruction& instruction) {
  return raise(ExceptionCause::illegal_instruction, instruction.raw);
}

Step Core::raise_virtual(const Instruction& instruction) {
  return raise(ExceptionCause::virtual_instruction, instruction.raw);
}

}  // namespace cyclevisor
