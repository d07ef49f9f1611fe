#include "models/engines/blocks/fast_path.hpp"

#include <algorithm>
#include <cstring>

#include "models/engines/blocks/execute_op.hpp"
#include "models/hart/execute/trap.hpp"

namespace cyclevisor {

FastPath::FastPath(const PipelineSettings& settings, TimingState& state, Core& core,
                   const MemoryMap& map, const EventStream& events)
    : state_(state),
      core_(core),
      events_(events),
      stalls_are_known_(settings.memory_latency == 0 && settings.memory_beat == 0),
      ops_(core.csrs.config().extensions),
      fetch_(state, core, map),
      data_(state, core, map),
      correct_path_(state.predictor ? std::make_optional<CorrectPath>(*state.predictor, predictor_)
                                    : std::nullopt),
      blocks_(fetch_, data_, ops_, correct_path_ ? &*correct_path_ : nullptr) {}

bool FastPath::adopt(const StageRegister& latch, Slot& slot) {
  if (!latch.valid) {
    slot = bubble_at(latch.pc);
    return true;
  }
  if (latch.fault != FetchFault::none) return false;
  slot = {ops_.find(latch.pc, latch.bits), latch.pc, latch.physical_pc};
  return true;
}

bool FastPath::enter() {
  if (ops_.trim()) blocks_.clear();
  if (!adopt(state_.memory, stages_.memory) || stages_.memory.op->group == MicroOp::Group::other ||
      !adopt(state_.execute, stages_.execute) || !adopt(state_.decode, stages_.decode)) {
    return false;
  }
  stages_.pc = state_.fetch.pc;
  second_half_ = state_.fetch.second_half;
  first_half_ = state_.fetch.first_half;
  first_physical_ = state_.fetch.first_physical;
  division_done_ = false;
  stages_.now = state_.now.value;
  stages_.retired = 0;
  fetch_.forget();
  data_.refresh();
  blocks_.refresh();
  if (state_.predictor) {
    SteadyPredictor::Stages stages;
    stages.fetch_pc = stages_.pc;
    stages.decode = {control_kind(state_.decode), stages_.decode.pc};
    stages.execute = {control_kind(state_.execute), stages_.execute.pc};
    stages.memory = {control_kind(state_.memory), stages_.memory.pc};
    predictor_.enter(*state_.predictor, stages);
  }
  return true;
}

StageRegister FastPath::latch_of(const Slot& slot) const {
  if (!slot.op->valid) return StageRegister::bubble(slot.pc);
  StageRegister latch;
  latch.valid = true;
  latch.legal = slot.op->legal;
  latch.pc = slot.pc;
  latch.physical_pc = slot.physical_pc;
  latch.fault_address = slot.pc;
  latch.bits = slot.op->instruction.raw;
  latch.instruction = slot.op->instruction;
  return latch;
}

void FastPath::leave() {
  if (stages_.now == state_.now.value) return;
  state_.now = Cycle(stages_.now);
  state_.memory = latch_of(stages_.memory);
  state_.execute = latch_of(stages_.execute);
  state_.decode = latch_of(stages_.decode);
  state_.memory_is_new = true;
  state_.wfi_cycles = 0;
  state_.settled_cycles = 0;
  state_.wfi_in_writeback = false;
  state_.memory_mispredicted = stages_.redirected;
  if (division_done_) state_.divider.complete();
  if (state_.predictor) predictor_.leave();
  state_.fetch.pc = stages_.pc;
  state_.fetch.second_half = second_half_;
  state_.fetch.first_half = first_half_;
  state_.fetch.first_physical = first_physical_;
  if (stages_.retired == 0) return;
  core_.pc = stages_.behind;
  core_.csrs.retired += stages_.retired;
}

void FastPath::describe_access(MemoryAccess& access, const MicroOp& op, std::uint64_t address,
                               const std::byte* host) const {
  const AccessType type = op.access_type();
  access.kind = type == AccessType::load ? MemoryAccess::Kind::load : MemoryAccess::Kind::store;
  access.bytes = op.bytes;
  access.address = VirtualAddress(address);
  access.physical = data_.physical(address, type);
  access.value = load_operand(host, op.bytes);
}

void FastPath::publish_event(const Slot& retired, std::uint64_t address, const std::byte* host,
                             std::uint64_t at) const {
  Retire& event = events_.plain();
  event.cycle = Cycle(at);
  event.pc = VirtualAddress(retired.pc);
  const Instruction& instruction = retired.op->instruction;
  describe(event, instruction.raw, instruction.rd, retired.physical_pc);
  if (host != nullptr) describe_access(event.access, *retired.op, address, host);
}

bool FastPath::lies_in_one_region(const Block& block) const {
  if (block.region == Block::unknown_region) {
    const VirtualAddress first(block.pc), last(block.pc + block.steps.back().offset);
    const CodeRegion region = events_.region(first);
    block.region = region.holds(last) ? region.number : Block::several_regions;
  }
  return block.region != Block::several_regions;
}

void FastPath::run(Cycle horizon) {
  horizon = std::min(horizon, core_.csrs.next_timer_event());
  if (!(state_.now < horizon) || pending_interrupt(core_) || !enter()) return;
  if (state_.predictor) {
    run_steady_cycles<true>(horizon.value);
  } else {
    run_steady_cycles<false>(horizon.value);
  }
  leave();
}

}  // namespace cyclevisor
