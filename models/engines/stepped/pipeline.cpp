#include "models/engines/stepped/pipeline.hpp"

#include "models/hart/execute/branch.hpp"
#include "models/hart/execute/trap.hpp"
#include "models/timing/main_memory.hpp"

namespace cyclevisor {

Pipeline::Pipeline(const PipelineSettings& settings, TimingState& state, Core& core,
                   PhysicalBus& bus, const MemoryMap& map, PipelineObserver& observer)
    : settings_(settings),
      state_(state),
      observer_(observer),
      commit_port_(core, bus),
      memory_(settings, state, commit_port_, bus, map),
      fetch_(settings, state, commit_port_, map),
      arbiter_(settings.data_cache.beats()) {
  if (state.predictor) predictor_.emplace(*state.predictor);
}

void Pipeline::reset(Cycle at) {
  state_.now = at;
  state_.fetch.pc = core().pc;
}

void Pipeline::restart() {
  state_.discard(core().pc);
  beat_waited_ = 0;
  wait_began_.reset();
  own_exception_.reset();
  arbiter_ = BusArbiter(settings_.data_cache.beats());
  memory_.restart();
  fetch_.restart();
}

void Pipeline::memory_written(PhysicalAddress first, std::uint64_t bytes) {
  const auto read = [this](std::uint64_t address, std::byte* to, unsigned count) {
    read_main_memory(core().memory, address, to, count);
  };
  state_.data_cache.array.refresh(first, bytes, read);
  state_.instruction_cache.array.refresh(first, bytes, read);
}

Cycle Pipeline::wfi_gives_up_at() const {
  if (!wfi_is_limited()) return Cycle::never();
  return state_.now + Cycle(settings_.wfi_time_limit - state_.wfi_cycles);
}

void Pipeline::skip_to(Cycle cycle) {
  state_.wfi_cycles += (cycle - state_.now).value;
  state_.now = cycle;
}

bool Pipeline::memory_adds_wait_state() {
  const BusSide* side = nullptr;
  if (memory_.bus().bursting() && arbiter_.data_ready()) side = &memory_.bus();
  if (fetch_.bus().bursting() && arbiter_.fetch_ready()) side = &fetch_.bus();
  if (side == nullptr) return false;
  const std::uint64_t further =
      side->data_beat() == 0 ? settings_.memory_latency : settings_.memory_beat;
  if (beat_waited_ < further) {
    ++beat_waited_;
    return true;
  }
  beat_waited_ = 0;
  return false;
}

void Pipeline::count_settled_cycles() {
  if (!causes_.wfi_waits || causes_.trap) {
    state_.settled_cycles = 0;
    return;
  }
  if (!wait_began_) wait_began_ = state_.now;
  const bool settled = !causes_.fetch_stalls && !causes_.memory_stalls && !memory_.in_flight();
  state_.settled_cycles = settled ? state_.settled_cycles + 1 : 0;
}

void Pipeline::step() {
  memory_.begin(state_.now);
  const bool bus_ready = !memory_.device_waits(state_.now) && !memory_adds_wait_state();
  const bool data_ready = arbiter_.data_ready() && bus_ready;
  const bool fetch_ready = arbiter_.fetch_ready() && bus_ready;
  if (core().csrs.next_timer_event() <= state_.now) core().csrs.update_timer(state_.now);

  causes_ = PipelineCauses();
  evaluate_memory_stage();
  evaluate_execute_stage();
  memory_.access(fetch_, data_ready);
  causes_.memory_stalls = memory_.stalls();
  fetch_.access(fetch_ready);
  causes_.fetch_stalls = fetch_.stalls();
  start_division();
  causes_.decode_waits = must_wait(state_.decode, state_.execute);
  control_ = stage_control(causes_);

  const bool trapped = causes_.flushes_writeback();
  count_settled_cycles();
  if (bus_ready)
    arbiter_.clock({memory_.requests_bus(data_ready, trapped), memory_.signals_burst(),
                    fetch_.requests_bus(fetch_ready, control_.flush_d)});
  memory_.clock(fetch_, {state_.now, data_ready, trapped, control_.stall_w});
  const std::uint64_t next = next_pc(finish_memory_stage());
  if (predictor_) predictor_->clock(stages_, next);
  clock_latches();
  fetch_.clock({state_.now, fetch_ready, control_.flush_d, control_.stall_d, next});
  state_.now += Cycle(1);
}

std::uint64_t Pipeline::data_address() const {
  const Instruction& instruction = state_.memory.instruction;
  const std::uint64_t base = commit_port_.core().x[instruction.rs1];
  return memory_operation(state_.memory).atomic
             ? base
             : base + static_cast<std::uint64_t>(instruction.immediate);
}

bool Pipeline::wfi_is_limited() const {
  const Core& hart = commit_port_.core();
  const CsrState& state = hart.csrs.state;
  if (hart.mode != PrivilegeMode::machine && (state.mstatus & mstatus::tw) != 0) return true;
  switch (hart.mode) {
    case PrivilegeMode::user:
      return hart.has(Extension::s);
    case PrivilegeMode::virtual_user:
      return true;
    case PrivilegeMode::virtual_supervisor:
      return (state.hstatus & hstatus::vtw) != 0;
    default:
      return false;
  }
}

std::optional<Exception> Pipeline::exception_in_memory_stage() const {
  if (!state_.memory.valid) return std::nullopt;
  return own_exception_ ? own_exception_ : memory_.fault();
}

void Pipeline::evaluate_memory_stage() {
  if (state_.memory_is_new) {
    own_exception_.reset();
    if (state_.memory.valid) own_exception_ = commit_port_.exception_of(state_.memory);
  }
  // An instruction that is refused whatever its operand does not access memory.
  const bool refused = own_exception_ && state_.memory.legal;
  memory_.translate(refused ? refused_ : state_.memory, data_address());

  const bool fetch_in_flight = fetch_.in_flight();
  // With a limit of 0 cycles, it is an illegal instruction like any other.
  const bool refused_wait = settings_.wfi_time_limit == 0 && wfi_is_limited();
  const bool has_wfi = state_.memory.is(Operation::wfi) && !own_exception_;
  const bool is_wfi = has_wfi && !refused_wait;
  const bool pending = core().wakes();
  if (has_wfi && state_.wfi_cycles >= settings_.wfi_time_limit && wfi_is_limited()) {
    own_exception_.emplace();
    own_exception_->tval = state_.memory.bits;
    // "Virtual Instruction Exceptions": mstatus.TW takes precedence.
    if (is_virtual(core().mode) && (core().csrs.state.mstatus & mstatus::tw) == 0) {
      own_exception_->cause = ExceptionCause::virtual_instruction;
    }
  }
  causes_.wfi_waits = is_wfi && !pending;
  causes_.wfi_interrupted = is_wfi && pending;

  interrupt_.reset();
  // A wfi retires before the interrupt that ends it is taken, unless another wfi is just retiring.
  const bool interruptible = state_.memory.valid && (!is_wfi || state_.wfi_in_writeback);
  if (interruptible && !memory_.in_flight() && !fetch_in_flight) {
    interrupt_ = pending_interrupt(core());
  }
  exception_ = exception_in_memory_stage();
  causes_.trap = interrupt_ || (exception_ && !fetch_in_flight);
  const bool permitted = state_.memory.valid && !own_exception_;
  causes_.trap_return =
      permitted && state_.memory.instruction_class() == InstructionClass::trap_return;
  causes_.refetch = permitted && refetches_younger(state_.memory);

  FetchStage::Commands commands;
  commands.flushes_tlb = permitted && state_.memory_is_new && flushes_translations(state_.memory);
  commands.invalidates = permitted && state_.memory.is(Operation::fence_i);
  commands.walk_fault = memory_.fetch_walk_fault();
  fetch_.translate(commands);
}

void Pipeline::evaluate_execute_stage() {
  const Instruction& instruction = state_.execute.instruction;
  const auto offset = static_cast<std::uint64_t>(instruction.immediate);
  outcome_ = ExecuteOutcome();
  outcome_.link = state_.execute.pc + instruction.length;
  outcome_.target = state_.execute.pc + offset;
  if (state_.execute.valid && state_.execute.instruction_class() == InstructionClass::branch) {
    outcome_.taken =
        branch_taken(instruction.operation, commit_port_.forwarded(instruction.rs1, state_.memory),
                     commit_port_.forwarded(instruction.rs2, state_.memory));
  } else if (state_.execute.valid && state_.execute.instruction_class() == InstructionClass::jump) {
    outcome_.taken = true;
    if (instruction.operation == Operation::jalr) {
      const std::uint64_t base = commit_port_.forwarded(instruction.rs1, state_.memory);
      outcome_.target = (base + offset) & ~std::uint64_t{1};
    }
  }
  if (predictor_) {
    outcome_.wrong =
        state_.execute.valid && state_.decode.valid && outcome_.correct() != state_.decode.pc;
  } else {
    outcome_.wrong = outcome_.taken;
  }
  causes_.redirect = outcome_.wrong;
}

void Pipeline::start_division() {
  division_starts_ = state_.execute.valid &&
                     state_.execute.instruction_class() == InstructionClass::divide &&
                     state_.divider.idle() && !memory_stage_holds(causes_);
  if (division_starts_) {
    const Instruction& instruction = state_.execute.instruction;
    state_.divider.start(instruction, commit_port_.forwarded(instruction.rs2, state_.memory));
  }
  causes_.divider_busy = division_starts_ || state_.divider.iterating();
}

/// Commits or traps the instruction in M. Returns the target of a trap or return.
std::uint64_t Pipeline::finish_memory_stage() {
  if (state_.memory.valid && !control_.stall_w && !control_.flush_w) {
    observer_.retiring(state_.memory, state_.now);
    commit_port_.commit(state_.memory, state_.now, memory_.operand(state_.now));
    observer_.retired(state_.memory, state_.now);
  }
  if (causes_.trap) {
    core().pc = state_.memory.pc;
    if (!interrupt_) core().exception = *exception_;
    const TakenTrap taken =
        interrupt_ ? take_interrupt(core(), *interrupt_) : take_exception(core());
    observer_.trapped(state_.memory, taken, state_.now);
  }
  return core().pc;
}

std::uint64_t Pipeline::next_pc(std::uint64_t architectural) {
  GsharePredictor::Prediction prediction;
  if (predictor_) {
    stages_.fetch_pc = state_.fetch.pc;
    stages_.decode = {control_kind(state_.decode), state_.decode.pc};
    stages_.execute = {control_kind(state_.execute), state_.execute.pc};
    stages_.memory = {control_kind(state_.memory), state_.memory.pc};
    stages_.taken = outcome_.taken;
    stages_.target = outcome_.target;
    stages_.link = outcome_.link;
    stages_.control = control_;
    prediction = predictor_->predict(stages_);
  }
  if (causes_.trap || causes_.trap_return) return architectural;
  // After a CSR write or a fence, the next instruction's address is in E, or in F if the one in E
  // was on a wrong path.
  if (causes_.refetch) return state_.memory_mispredicted ? state_.fetch.pc : state_.execute.pc;
  if (outcome_.wrong) return outcome_.correct();
  if (prediction.taken) return prediction.target;
  return state_.fetch.pc + fetch_.fetched().instruction.length;
}

void Pipeline::clock_latches() {
  const auto execute = control_.flush_e   ? Divider::Execute::flushed
                       : control_.stall_m ? Divider::Execute::keeps
                                          : Divider::Execute::moves_on;
  state_.divider.clock(execute);

  state_.memory_is_new = !control_.stall_m;
  if (state_.memory_is_new) {
    memory_.finish_instruction();
    wait_began_.reset();
  }
  state_.wfi_cycles = control_.stall_m ? state_.wfi_cycles + 1 : 0;
  if (!control_.stall_w) {
    state_.wfi_in_writeback =
        state_.memory.is(Operation::wfi) && !own_exception_ && !control_.flush_w;
  }
  if (!control_.stall_m) {
    state_.memory = control_.flush_m ? StageRegister::bubble(state_.execute.pc) : state_.execute;
    state_.memory_mispredicted = predictor_ && outcome_.wrong && !control_.flush_m;
  }
  if (!control_.stall_e) {
    state_.execute = control_.flush_e ? StageRegister::bubble(state_.decode.pc) : state_.decode;
  }
  if (!control_.stall_d) {
    state_.decode = control_.flush_d ? StageRegister::bubble(0) : fetch_.fetched();
  } else if (control_.flush_d) {
    // The instruction register is cleared at once, the rest of the stage when it moves.
    state_.decode.instruction = Instruction();
    state_.decode.legal = true;
  }
}

}  // namespace cyclevisor
