#include "models/engines/stepped/pipeline.hpp"

#include "models/hart/execute/trap.hpp"

namespace cyclevisor {

Pipeline::Pipeline(const PipelineSettings& settings, Core& core, PhysicalBus& bus,
                   const MemoryMap& map, PipelineObserver& observer)
    : settings_(settings),
      observer_(observer),
      functional_(core, bus),
      memory_(settings, functional_, map),
      fetch_(settings, functional_, map, memory_.cache()),
      arbiter_(settings.data_cache.beats()),
      divider_(settings.divider_bits) {
  if (settings.predictor == Predictor::gshare) predictor_.emplace(settings);
}

void Pipeline::reset(Cycle at) {
  now_ = at;
  fetch_.reset(core().pc);
}

void Pipeline::restart() {
  decode_ = execute_ = in_memory_ = StageLatch();
  memory_is_new_ = true;
  wfi_in_writeback_ = redirected_in_memory_ = false;
  wfi_cycles_ = 0;
  quiet_cycles_ = 0;
  beat_waited_ = 0;
  wait_began_.reset();
  own_exception_.reset();
  arbiter_ = BusArbiter(settings_.data_cache.beats());
  divider_ = Divider(settings_.divider_bits);
  memory_.restart();
  fetch_.restart(core().pc);
}

void Pipeline::memory_written(PhysicalAddress first, std::uint64_t bytes) {
  memory_.memory_written(first, bytes);
  fetch_.memory_written(first, bytes);
}

Cycle Pipeline::rest_ends() const {
  if (!waits_on_limit()) return Cycle::never();
  return now_ + Cycle(settings_.wfi_time_limit - wfi_cycles_);
}

void Pipeline::skip_to(Cycle cycle) {
  wfi_cycles_ += (cycle - now_).value;
  now_ = cycle;
}

bool Pipeline::memory_waits() {
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

void Pipeline::note_rest() {
  if (!causes_.wfi_waits || causes_.trap) {
    quiet_cycles_ = 0;
    return;
  }
  if (!wait_began_) wait_began_ = now_;
  const bool quiet = !causes_.fetch_stalls && !causes_.memory_stalls && !memory_.committed();
  quiet_cycles_ = quiet ? quiet_cycles_ + 1 : 0;
}

void Pipeline::step() {
  memory_.begin(now_);
  const bool bus_ready = !memory_.device_waits(now_) && !memory_waits();
  const bool data_ready = arbiter_.data_ready() && bus_ready;
  const bool fetch_ready = arbiter_.fetch_ready() && bus_ready;
  if (core().csrs.next_timer_event() <= now_) core().csrs.update_timer(now_);

  causes_ = PipelineCauses();
  look_at_memory_stage();
  look_at_execute_stage();
  memory_.access(fetch_, data_ready);
  causes_.memory_stalls = memory_.stalls();
  fetch_.access(fetch_ready);
  causes_.fetch_stalls = fetch_.stalls();
  start_division();
  causes_.decode_waits = must_wait(decode_, execute_);
  control_ = decide(causes_);

  const bool trapped = causes_.flushes_writeback();
  note_rest();
  if (bus_ready)
    arbiter_.clock({memory_.requests_bus(data_ready, trapped), memory_.signals_burst(),
                    fetch_.requests_bus(fetch_ready, control_.flush_d)});
  memory_.clock(fetch_, {now_, data_ready, trapped, control_.stall_w});
  const std::uint64_t next = next_pc(finish_memory_stage());
  if (predictor_) predictor_->clock(stages_, next);
  clock_latches();
  fetch_.clock({now_, fetch_ready, control_.flush_d, control_.stall_d, next});
  now_ += Cycle(1);
}

std::uint64_t Pipeline::data_address() const {
  const Instruction& instruction = in_memory_.instruction;
  const std::uint64_t base = functional_.core().x[instruction.rs1];
  return memory_operation(in_memory_).atomic
             ? base
             : base + static_cast<std::uint64_t>(instruction.immediate);
}

bool Pipeline::waits_on_limit() const {
  const Core& hart = functional_.core();
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
  if (!in_memory_.valid) return std::nullopt;
  return own_exception_ ? own_exception_ : memory_.fault();
}

void Pipeline::look_at_memory_stage() {
  if (memory_is_new_) {
    own_exception_.reset();
    if (in_memory_.valid) own_exception_ = functional_.exception_of(in_memory_);
  }
  // What is refused whatever its operand is does not look at it.
  const bool refused = own_exception_ && in_memory_.legal;
  memory_.translate(refused ? refused_ : in_memory_, data_address());

  const bool fetch_committed = fetch_.committed();
  // With no time to wait at all it is an illegal instruction like any other.
  const bool refused_wait = settings_.wfi_time_limit == 0 && waits_on_limit();
  const bool has_wfi = in_memory_.is(Operation::wfi) && !own_exception_;
  const bool is_wfi = has_wfi && !refused_wait;
  const bool pending = core().wakes();
  if (has_wfi && wfi_cycles_ >= settings_.wfi_time_limit && waits_on_limit()) {
    own_exception_.emplace();
    own_exception_->tval = in_memory_.bits;
    // "Virtual Instruction Exceptions": mstatus.TW comes first.
    if (is_virtual(core().mode) && (core().csrs.state.mstatus & mstatus::tw) == 0) {
      own_exception_->cause = ExceptionCause::virtual_instruction;
    }
  }
  causes_.wfi_waits = is_wfi && !pending;
  causes_.wfi_interrupted = is_wfi && pending;

  interrupt_.reset();
  // A wfi retires before the interrupt that ends it is taken, unless one is just retiring.
  const bool interruptible = in_memory_.valid && (!is_wfi || wfi_in_writeback_);
  if (interruptible && !memory_.committed() && !fetch_committed) {
    interrupt_ = pending_interrupt(core());
  }
  exception_ = exception_in_memory_stage();
  causes_.trap = interrupt_ || (exception_ && !fetch_committed);
  const bool permitted = in_memory_.valid && !own_exception_;
  causes_.trap_return =
      permitted && in_memory_.instruction_class() == InstructionClass::trap_return;
  causes_.refetch = permitted && refetches_younger(in_memory_);

  FetchStage::Commands commands;
  commands.flushes_tlb = permitted && memory_is_new_ && flushes_translations(in_memory_);
  commands.invalidates = permitted && in_memory_.is(Operation::fence_i);
  commands.walk_fault = memory_.fetch_walk_fault();
  fetch_.translate(commands);
}

bool Pipeline::condition_holds(const Instruction& branch) {
  const std::uint64_t a = functional_.forwarded(branch.rs1, in_memory_);
  const std::uint64_t b = functional_.forwarded(branch.rs2, in_memory_);
  const auto signed_a = static_cast<std::int64_t>(a);
  const auto signed_b = static_cast<std::int64_t>(b);
  switch (branch.operation) {
    case Operation::beq:
      return a == b;
    case Operation::bne:
      return a != b;
    case Operation::blt:
      return signed_a < signed_b;
    case Operation::bge:
      return signed_a >= signed_b;
    case Operation::bltu:
      return a < b;
    default:
      return a >= b;
  }
}

void Pipeline::look_at_execute_stage() {
  const Instruction& instruction = execute_.instruction;
  const auto offset = static_cast<std::uint64_t>(instruction.immediate);
  outcome_ = ExecuteOutcome();
  outcome_.link = execute_.pc + instruction.length;
  outcome_.target = execute_.pc + offset;
  if (execute_.valid && execute_.instruction_class() == InstructionClass::branch) {
    outcome_.taken = condition_holds(instruction);
  } else if (execute_.valid && execute_.instruction_class() == InstructionClass::jump) {
    outcome_.taken = true;
    if (instruction.operation == Operation::jalr) {
      const std::uint64_t base = functional_.forwarded(instruction.rs1, in_memory_);
      outcome_.target = (base + offset) & ~std::uint64_t{1};
    }
  }
  if (predictor_) {
    outcome_.wrong = execute_.valid && decode_.valid && outcome_.correct() != decode_.pc;
  } else {
    outcome_.wrong = outcome_.taken;
  }
  causes_.redirect = outcome_.wrong;
}

void Pipeline::start_division() {
  division_starts_ = execute_.valid && execute_.instruction_class() == InstructionClass::divide &&
                     divider_.idle() && !memory_stage_holds(causes_);
  if (division_starts_) {
    const Instruction& instruction = execute_.instruction;
    divider_.start(instruction, functional_.forwarded(instruction.rs2, in_memory_));
  }
  causes_.divider_busy = division_starts_ || divider_.iterating();
}

/// Commits or traps what is in the memory stage. Where a trap or a return leads to.
std::uint64_t Pipeline::finish_memory_stage() {
  if (in_memory_.valid && !control_.stall_w && !control_.flush_w) {
    observer_.retiring(in_memory_, now_);
    functional_.commit(in_memory_, now_, memory_.operand(now_));
    observer_.retired(in_memory_, now_);
  }
  if (causes_.trap) {
    core().pc = in_memory_.pc;
    if (!interrupt_) core().exception = *exception_;
    const TakenTrap taken =
        interrupt_ ? take_interrupt(core(), *interrupt_) : take_exception(core());
    observer_.trapped(in_memory_, taken, now_);
  }
  return core().pc;
}

std::uint64_t Pipeline::next_pc(std::uint64_t architectural) {
  GsharePredictor::Prediction prediction;
  if (predictor_) {
    stages_.fetch_pc = fetch_.pc();
    stages_.decode = {control_kind(decode_), decode_.pc};
    stages_.execute = {control_kind(execute_), execute_.pc};
    stages_.memory = {control_kind(in_memory_), in_memory_.pc};
    stages_.taken = outcome_.taken;
    stages_.target = outcome_.target;
    stages_.link = outcome_.link;
    stages_.control = control_;
    prediction = predictor_->predict(stages_);
  }
  if (causes_.trap || causes_.trap_return) return architectural;
  // Behind a CSR write or a fence: the next older instruction's place is in E, or in F when E's
  // was found to be on a wrong path.
  if (causes_.refetch) return redirected_in_memory_ ? fetch_.pc() : execute_.pc;
  if (outcome_.wrong) return outcome_.correct();
  if (prediction.taken) return prediction.target;
  return fetch_.pc() + fetch_.fetched().instruction.length;
}

void Pipeline::clock_latches() {
  const auto execute = control_.flush_e   ? Divider::Execute::flushed
                       : control_.stall_m ? Divider::Execute::keeps
                                          : Divider::Execute::moves_on;
  divider_.clock(execute);

  memory_is_new_ = !control_.stall_m;
  if (memory_is_new_) {
    memory_.finish_instruction();
    wait_began_.reset();
  }
  wfi_cycles_ = control_.stall_m ? wfi_cycles_ + 1 : 0;
  if (!control_.stall_w) {
    wfi_in_writeback_ = in_memory_.is(Operation::wfi) && !own_exception_ && !control_.flush_w;
  }
  if (!control_.stall_m) {
    in_memory_ = control_.flush_m ? StageLatch::bubble(execute_.pc) : execute_;
    redirected_in_memory_ = predictor_ && outcome_.wrong && !control_.flush_m;
  }
  if (!control_.stall_e) {
    execute_ = control_.flush_e ? StageLatch::bubble(decode_.pc) : decode_;
  }
  if (!control_.stall_d) {
    decode_ = control_.flush_d ? StageLatch::bubble(0) : fetch_.fetched();
  } else if (control_.flush_d) {
    // The instruction register is cleared at once, the rest of the stage when it moves.
    decode_.instruction = Instruction();
    decode_.legal = true;
  }
}

}  // namespace cyclevisor
