// The stepped pipeline while nothing unusual happens in it, in a fraction of the time.
//
// Most cycles are quiet: what is in the memory stage is an ordinary instruction whose data are in
// the cache, the fetch hits, no walk, burst, division or trap is under way, and no interrupt can
// come. For these the fast path does to all the pipeline's state what Pipeline::step would do, on
// decoded instructions and with the translations and cache lines at hand. It works on the
// pipeline's own caches, TLBs and predictor; only D, E and M are taken over on entry and handed
// back at the end. Whatever is not quiet is found out before anything in its cycle is done, and
// left to the stepped pipeline, which is the referee for all of it.
#pragma once

#include <cstdint>
#include <optional>

#include "models/engines/blocks/blocks.hpp"
#include "models/engines/blocks/correct_path.hpp"
#include "models/engines/blocks/data_window.hpp"
#include "models/engines/blocks/fetch_window.hpp"
#include "models/engines/blocks/micro_op.hpp"
#include "models/engines/blocks/steady_predictor.hpp"
#include "models/probe/event_stream.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/settings.hpp"
#include "models/timing/timing_state.hpp"

namespace cyclevisor {

class FastPath {
 public:
  /// The references must outlive the object.
  FastPath(const PipelineSettings& settings, TimingState& state, Core& core, const MemoryMap& map,
           const EventStream& events);

  /// Simulates cycles from the state's `now` on, all before `horizon`, as long as they are steady.
  /// The caller makes sure that nothing is in flight. Until the horizon no interrupt line may
  /// change.
  void run(Cycle horizon);

 private:
  /// What D, E or M has.
  struct Slot {
    const MicroOp* op = nullptr;
    std::uint64_t pc = 0;
    PhysicalAddress physical_pc;
  };
  static Slot bubble_at(std::uint64_t pc) { return {MicroOps::bubble(), pc, PhysicalAddress()}; }

  struct Stages {
    Slot decode, execute, memory;
    std::uint64_t pc = 0;      ///< of F
    std::uint64_t now = 0;     ///< the cycle
    std::uint64_t behind = 0;  ///< the pc behind the last instruction that retired
    std::uint64_t retired = 0;
    bool redirected = false;  ///< M was found predicted wrongly
  };

  bool enter();
  void leave();
  bool take_over(const StageRegister& latch, Slot& slot);
  StageRegister latch_of(const Slot& slot) const;

  /// What the instruction in M does with memory, if anything.
  struct MemoryLook {
    DataWindow::Access access;
    std::uint64_t address = 0;
    AccessType type = AccessType::load;
    bool accesses = false;
  };
  struct ExecuteOutcome {
    bool taken = false;
    bool wrong = false;  ///< what follows is not what was fetched
    std::uint64_t target = 0;
    std::uint64_t link = 0;
    std::uint64_t correct() const { return taken ? target : link; }
  };
  /// Behind a redirect that waited for the memory stage, the instruction in D is gone already.
  enum class DecodeRegister : std::uint8_t { holds, cleared };

  template <bool predicts>
  void run_steady_cycles(std::uint64_t end);
  template <bool predicts>
  void run_plain_cycles(Stages& stages, std::uint64_t end);
  template <bool predicts>
  bool run_stalls();
  template <bool predicts>
  bool run_division(const MemoryLook& look);
  /// False if what is in the memory stage is not ordinary.
  bool look_at_memory_stage(MemoryLook& look);
  template <bool predicts>
  ExecuteOutcome look_at_execute_stage(const Stages& stages) const;
  template <bool predicts>
  bool advance(Stages& stages, const ExecuteOutcome& outcome, const Slot& fetched,
               DecodeRegister decode);
  void retire(const MemoryLook& look, unsigned cycles);

  /// Whether a block can be begun: nothing in D and E, and nothing in M that would take its time.
  static bool is_empty_behind_memory(const Stages& stages);
  /// Goes from block to block. False, and nothing done, if the first is not known.
  bool run_blocks(std::uint64_t end);
  template <Retirements wanted>
  bool run_blocks(const Block* block, std::uint64_t end);
  /// The block at `pc`, if it is known and, where that is needed, lies in one region.
  const Block* find_block(std::uint64_t pc) {
    const Block* block = blocks_.find(pc);
    const bool is_good = block == nullptr || block->region < CodeRegion::max_number ||
                         events_.wanted() != Retirements::regions || lies_in_one_region(*block);
    return is_good ? block : nullptr;
  }
  bool lies_in_one_region(const Block& block) const;
  static Slot slot_of(const Block& block, std::size_t index);
  unsigned touch_lines(const Block& block, unsigned touched, unsigned count);
  void leave_block(const Block& block, const Block* next, std::size_t index, unsigned touched,
                   std::uint64_t now);
  template <bool predicts>
  void complete_cycle(const Slot& fetched);
  std::optional<unsigned> access_in_block(const Block& block, std::size_t index,
                                          std::uint64_t address, std::uint64_t cycles_left,
                                          std::byte*& host);
  Slot fetched();

  /// With a predictor: a block, what is guessed about its end and the block that is fetched then;
  /// and the end of the block before.
  struct Way {
    const Block* block = nullptr;
    const Block* next = nullptr;  ///< null: the block has to be left before its end is predicted
    CorrectPath::Guess guess, before;
  };
  bool stands_at(const Block& block) const;
  void enter_closed(Way& way, const Block& block);
  bool run_predicted_blocks(std::uint64_t end);
  template <Retirements wanted>
  bool run_predicted_blocks(Way& way, std::uint64_t base, std::uint64_t end);
  void leave_predicted(const Way& way, std::size_t index, unsigned touched, std::uint64_t now);
  void leave_executed(const Way& way, std::size_t index, unsigned touched, std::uint64_t now);

  /// Whether anybody still needs that. Only handing over events may change it.
  template <Retirements wanted>
  bool needs() const {
    return wanted != Retirements::all || events_.wanted() == wanted;
  }
  /// `address` and `host` are those of the operand, if there is one.
  void publish(const Slot& retired, std::uint64_t address, const std::byte* host,
               std::uint64_t at) {
    const Retirements wanted = retired.op->valid ? events_.wanted() : Retirements::none;
    if (wanted == Retirements::regions) events_.stay(VirtualAddress(retired.pc), Cycle(at));
    if (wanted == Retirements::all) publish_event(retired, address, host, at);
  }
  void publish_event(const Slot& retired, std::uint64_t address, const std::byte* host,
                     std::uint64_t at) const;
  /// The event, as long as nothing else is published.
  Retire& publish(const Block& block, std::size_t index, std::uint64_t address,
                  const std::byte* host, std::uint64_t at) const {
    Retire& event = events_.plain();
    event.cycle = Cycle(at);
    event.pc = VirtualAddress(block.pc_of(index));
    const BlockOp& op = block.ops[index];
    describe(event, op.raw, op.rd, PhysicalAddress(block.physical_pc + block.steps[index].place));
    if (host != nullptr) {
      describe_access(event.access, *block.instructions[index].op, address, host);
    }
    return event;
  }
  /// A block's first `count` instructions have retired; `is_untold`: and in cycle `base` one before
  /// them, in the same region.
  void publish_stay(const Block& block, std::size_t count, bool is_untold, std::uint64_t base) {
    if (count != 0) {
      events_.stay(block.region, Cycle(base + block.steps[count - 1].cycle));
    } else if (is_untold) {
      events_.stay(block.region, Cycle(base));
    }
  }
  /// All of an event but cycle and pc.
  void describe(Retire& event, std::uint32_t bits, std::uint8_t rd,
                PhysicalAddress physical_pc) const {
    const Core& core = core_;
    event.instruction = bits;
    event.mode = core.mode;
    event.rd = rd;
    event.rd_value = core.x[rd];
    event.csr = Retire::no_csr;
    event.csr_value = 0;
    event.access = MemoryAccess();
    event.physical_pc = physical_pc;
  }
  void describe_access(MemoryAccess& access, const MicroOp& op, std::uint64_t address,
                       const std::byte* host) const;

  TimingState& state_;
  Core& core_;
  const EventStream& events_;  ///< where instructions go
  bool stalls_are_known_;      ///< memory has no wait states
  MicroOps ops_;
  FetchWindow fetch_;
  DataWindow data_;
  SteadyPredictor predictor_;
  std::optional<CorrectPath> correct_path_;
  Blocks blocks_;

  Stages stages_;
  bool second_half_ = false;  ///< F
  std::uint16_t first_half_ = 0;
  PhysicalAddress first_physical_;
  bool divided_ = false;  ///< the division in E is done
};

}  // namespace cyclevisor
