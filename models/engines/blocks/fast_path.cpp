#include "models/engines/blocks/fast_path.hpp"

#include <algorithm>
#include <cstring>

#include "models/engines/blocks/ordinary.hpp"
#include "models/hart/execute/trap.hpp"

namespace cyclevisor {

FastPath::FastPath(Pipeline& pipeline)
    : pipeline_(pipeline),
      events_(pipeline.observer_.plain_events()),
      stalls_are_known_(pipeline.settings_.memory_latency == 0 &&
                        pipeline.settings_.memory_beat == 0),
      ops_(pipeline.core().csrs.config().extensions),
      fetch_(pipeline.fetch_),
      data_(pipeline.memory_),
      right_path_(pipeline.predictor_
                      ? std::make_optional<RightPath>(*pipeline.predictor_, predictor_)
                      : std::nullopt),
      blocks_(fetch_, data_, ops_, right_path_ ? &*right_path_ : nullptr) {}

bool FastPath::take_over(const StageLatch& latch, Slot& slot) {
  if (!latch.valid) {
    slot = bubble_at(latch.pc);
    return true;
  }
  if (latch.fault != FetchFault::none) return false;
  slot = {ops_.find(latch.pc, latch.bits), latch.pc, latch.physical_pc};
  return true;
}

bool FastPath::enter() {
  Pipeline& pipeline = pipeline_;
  if (!pipeline.is_quiet()) return false;
  if (ops_.trim()) blocks_.clear();
  if (!take_over(pipeline.in_memory_, stages_.memory) ||
      stages_.memory.op->group == MicroOp::Group::other ||
      !take_over(pipeline.execute_, stages_.execute) ||
      !take_over(pipeline.decode_, stages_.decode)) {
    return false;
  }
  stages_.pc = pipeline.fetch_.pc_;
  second_half_ = pipeline.fetch_.second_half_;
  first_half_ = pipeline.fetch_.first_half_;
  first_physical_ = pipeline.fetch_.first_physical_;
  divided_ = false;
  stages_.now = pipeline.now_.value;
  stages_.retired = 0;
  fetch_.forget();
  data_.refresh();
  blocks_.refresh();
  if (pipeline.predictor_) {
    GsharePredictor::Stages stages;
    stages.fetch_pc = stages_.pc;
    stages.decode = {control_kind(pipeline.decode_), stages_.decode.pc};
    stages.execute = {control_kind(pipeline.execute_), stages_.execute.pc};
    stages.memory = {control_kind(pipeline.in_memory_), stages_.memory.pc};
    predictor_.enter(*pipeline.predictor_, stages);
  }
  return true;
}

StageLatch FastPath::latch_of(const Slot& slot) const {
  if (!slot.op->valid) return StageLatch::bubble(slot.pc);
  StageLatch latch;
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
  Pipeline& pipeline = pipeline_;
  if (stages_.now == pipeline.now_.value) return;
  pipeline.now_ = Cycle(stages_.now);
  pipeline.in_memory_ = latch_of(stages_.memory);
  pipeline.execute_ = latch_of(stages_.execute);
  pipeline.decode_ = latch_of(stages_.decode);
  pipeline.memory_is_new_ = true;
  pipeline.wfi_cycles_ = 0;
  pipeline.quiet_cycles_ = 0;
  pipeline.wfi_in_writeback_ = false;
  pipeline.redirected_in_memory_ = stages_.redirected;
  if (divided_) pipeline.divider_.complete();
  if (pipeline.predictor_) predictor_.leave();
  pipeline.fetch_.pc_ = stages_.pc;
  pipeline.fetch_.second_half_ = second_half_;
  pipeline.fetch_.first_half_ = first_half_;
  pipeline.fetch_.first_physical_ = first_physical_;
  if (stages_.retired == 0) return;
  pipeline.core().pc = stages_.behind;
  pipeline.core().csrs.retired += stages_.retired;
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
    const VirtualAddress first(block.pc), last(block.pc + block.steps.back().place);
    const CodeRegion region = events_.region(first);
    block.region = region.holds(last) ? region.number : Block::several_regions;
  }
  return block.region != Block::several_regions;
}

void FastPath::run(Cycle horizon) {
  Core& core = pipeline_.core();
  horizon = std::min(horizon, core.csrs.next_timer_event());
  if (!(pipeline_.now_ < horizon) || pending_interrupt(core) || !enter()) return;
  if (pipeline_.predictor_) {
    run_quiet_cycles<true>(horizon.value);
  } else {
    run_quiet_cycles<false>(horizon.value);
  }
  leave();
}

}  // namespace cyclevisor
