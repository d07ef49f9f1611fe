#include "models/hart/event_publisher.hpp"

namespace cyclevisor {

void EventPublisher::publish_retire(Core& core, const Instruction& instruction, Cycle commit) {
  if (events_.wants_unusual()) {
    Retire event;
    event.cycle = commit;
    event.pc = VirtualAddress(pc_);
    event.instruction = instruction.raw;
    event.mode = mode_;
    event.rd = instruction.rd;
    event.rd_value = core.x[instruction.rd];
    if (core.csr_written != Retire::no_csr) {
      event.csr = core.csr_written;
      event.csr_value = core.csrs.read(*core.csrs.row(core.csr_written), PrivilegeMode::machine,
                                       commit + Cycle(1));
    }
    event.access = core.memory.last_access();
    event.physical_pc = core.memory.physical_pc();
    events_.publish(event);
  } else if (events_.wanted() == Retirements::regions) {
    events_.visit(VirtualAddress(pc_), commit);
  }

  if (instruction.instruction_class == InstructionClass::trap_return) {
    TrapReturn back;
    back.cycle = commit;
    back.pc = VirtualAddress(pc_);
    back.instruction = instruction.raw;
    back.from = mode_;
    back.to = core.mode;
    back.target = VirtualAddress(core.pc);
    back.x = core.x;
    events_.publish(back);
  }
  if (core.address_space_changed) {
    const CsrState& state = core.csrs.state;
    events_.publish(AddressSpace{commit, state.satp, state.vsatp, state.hgatp});
  }
}

void EventPublisher::publish_trap(const Core& core, const TakenTrap& taken, Cycle cycle,
                                  std::uint32_t bits) {
  Trap event;
  event.cycle = cycle;
  event.epc = VirtualAddress(taken.epc);
  event.instruction = bits;
  event.cause = taken.cause;
  event.tval = taken.tval;
  event.tval2 = taken.tval2;
  event.tinst = taken.tinst;
  event.from = taken.from;
  event.to = taken.to;
  event.vector = VirtualAddress(taken.vector);
  event.x = core.x;
  events_.publish(event);
}

}  // namespace cyclevisor
