// The stepped pipeline in steady cycles, in a fraction of the time.
//
// Most cycles are steady: the instruction in M is one that the fast path executes, its data are in
// the cache, the fetch hits, no walk, burst, division or trap is in flight, and no interrupt can
// arrive. In these cycles the fast path changes the timing state exactly as Pipeline::step would,
// but works on decoded instructions, with translations and cache lines at hand. Caches, TLBs and
// predictor tables are used in place; only D, E and M are adopted on entry and written back at the
// end. A cycle that is not steady is recognized before anything in it is done, and left to the
// stepped pipeline, which is the referee for all of it.
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
  /// Contents of D, E or M.
  struct Slot {
    const MicroOp* op = nullptr;
    std::uint64_t pc = 0;
    PhysicalAddress physical_pc;
  };
  static Slot bubble_at(std::uint64_t pc) { return {MicroOps::bubble(), pc, PhysicalAddress()}; }

  struct Stages {
    Slot decode, execute, memory;
    std::uint64_t pc = 0;      ///< of F
    std::uint64_t now = 0;     ///< current cycle
    std::uint64_t behind = 0;  ///< pc after the last retired instruction
    std::uint64_t retired = 0;
    bool redirected = false;  ///< M caused a redirect
  };

  bool enter();
  void leave();
  bool adopt(const StageRegister& latch, Slot& slot);
  StageRegister latch_of(const Slot& slot) const;

  /// What the instruction in M asks of memory.
  struct MemoryLook {
    DataWindow::Access access;
    std::uint64_t address = 0;
    AccessType type = AccessType::load;
    bool accesses = false;
  };
  struct ExecuteOutcome {
    bool taken = false;
    bool wrong = false;  ///< the fetched instruction is not the next one
    std::uint64_t target = 0;
    std::uint64_t link = 0;
    std::uint64_t correct() const { return taken ? target : link; }
  };
  /// After a redirect that waited for M, the instruction in D is already cleared.
  enum class DecodeRegister : std::uint8_t { holds, cleared };

  template <bool predicts>
  void run_steady_cycles(std::uint64_t end);
  template <bool predicts>
  void run_unstalled_cycles(Stages& stages, std::uint64_t end);
  template <bool predicts>
  bool run_stalls();
  template <bool predicts>
  bool run_division(const MemoryLook& look);
  /// False if the stepped pipeline has to handle the instruction in M.
  bool evaluate_memory_stage(MemoryLook& look);
  template <bool predicts>
  ExecuteOutcome evaluate_execute_stage(const Stages& stages) const;
  template <bool predicts>
  bool advance(Stages& stages, const ExecuteOutcome& outcome, const Slot& fetched,
               DecodeRegister decode);
  void retire(const MemoryLook& look, unsigned cycles);

  /// Whether a block can begin: nothing in D and E, and nothing in M that takes longer than a
  /// cycle.
  static bool is_empty_behind_memory(const Stages& stages);
  /// Runs block after block. False, with nothing done, if the first is not known.
  bool run_blocks(std::uint64_t end);
  template <Retirements wanted>
  bool run_blocks(const Block* block, std::uint64_t end);
  /// The block at `pc`, if it is known and, where sinks want regions, lies in one region.
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

  /// With a predictor: a block, the prediction at its end, the block that is fetched next, and the
  /// prediction at the end of the block before.
  struct Chain {
    const Block* block = nullptr;
    const Block* next = nullptr;  ///< null: the block has to be left before its end is predicted
    CorrectPath::Prediction prediction, before;
  };
  bool is_positioned_at(const Block& block) const;
  void enter_closed(Chain& chain, const Block& block);
  bool run_predicted_blocks(std::uint64_t end);
  template <Retirements wanted>
  bool run_predicted_blocks(Chain& chain, std::uint64_t base, std::uint64_t end);
  void leave_predicted(const Chain& chain, std::size_t index, unsigned touched, std::uint64_t now);
  void leave_executed(const Chain& chain, std::size_t index, unsigned touched, std::uint64_t now);

  /// Whether sinks still want the events in this form. That changes only when events are delivered.
  template <Retirements wanted>
  bool needs() const {
    return wanted != Retirements::all || events_.wanted() == wanted;
  }
  /// `address` and `host` describe the operand, if there is one.
  void publish(const Slot& retired, std::uint64_t address, const std::byte* host,
               std::uint64_t at) {
    const Retirements wanted = retired.op->valid ? events_.wanted() : Retirements::none;
    if (wanted == Retirements::regions) events_.visit(VirtualAddress(retired.pc), Cycle(at));
    if (wanted == Retirements::all) publish_event(retired, address, host, at);
  }
  void publish_event(const Slot& retired, std::uint64_t address, const std::byte* host,
                     std::uint64_t at) const;
  /// The event; valid until the next one is published.
  Retire& publish(const Block& block, std::size_t index, std::uint64_t address,
                  const std::byte* host, std::uint64_t at) const {
    Retire& event = events_.plain();
    event.cycle = Cycle(at);
    event.pc = VirtualAddress(block.pc_of(index));
    const BlockOp& op = block.ops[index];
    describe(event, op.raw, op.rd, PhysicalAddress(block.physical_pc + block.steps[index].offset));
    if (host != nullptr) {
      describe_access(event.access, *block.instructions[index].op, address, host);
    }
    return event;
  }
  /// A block's first `count` instructions have retired. With `visit_is_open`, so has the
  /// instruction before them, in cycle `base` and in the same region.
  void publish_visit(const Block& block, std::size_t count, bool visit_is_open,
                     std::uint64_t base) {
    if (count != 0) {
      events_.visit(block.region, Cycle(base + block.steps[count - 1].cycle));
    } else if (visit_is_open) {
      events_.visit(block.region, Cycle(base));
    }
  }
  /// Fills in everything of an event but cycle and pc.
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
  const EventStream& events_;  ///< where retired instructions are published
  bool stalls_are_known_;      ///< memory has no wait states
  MicroOps ops_;
  FetchWindow fetch_;
  DataWindow data_;
  SteadyPredictor predictor_;
  std::optional<CorrectPath> correct_path_;
  Blocks blocks_;

  Stages stages_;
  bool second_half_ = false;  ///< of F
  std::uint16_t first_half_ = 0;
  PhysicalAddress first_physical_;
  bool division_done_ = false;  ///< the division in E is complete
};

}  // namespace cyclevisor
