// GsharePredictor for steady cycles, in few instructions. It works on the tables of GshareState;
// what accompanies the instructions in the stages is packed on entry and unpacked at the end.
// GsharePredictor is the referee. The packed words are public: CorrectPath continues from them and
// hands back to them.
#pragma once

#include <cstdint>
#include <cstring>

#include "models/timing/gshare_state.hpp"

namespace cyclevisor {

class SteadyPredictor {
 public:
  /// A ControlKind as bits of one number.
  static unsigned bits_of(const ControlKind& kind) {
    return (kind.branch ? branch : 0) | (kind.jump ? jump : 0) | (kind.call ? call : 0) |
           (kind.is_return ? is_return : 0);
  }

  /// A pipeline register: the kind of its instruction and its pc.
  struct Stage {
    ControlKind kind;
    std::uint64_t pc = 0;
  };
  struct Stages {
    std::uint64_t fetch_pc = 0;
    Stage decode, execute, memory;
  };
  void enter(GshareState& predictor, const Stages& stages);
  /// Unpacks everything into the GshareState.
  void leave();
  /// The cycles of a division in E except its last.
  void divide(unsigned cycles);

  struct Cycle {
    unsigned fetched = 0;         ///< kind of the instruction in F; ignored on a redirect
    std::uint64_t behind = 0;     ///< next sequential pc after F
    bool taken = false;           ///< E
    bool wrong = false;           ///< E: redirects
    bool waits = false;           ///< D waits
    bool decode_cleared = false;  ///< D's instruction is already cleared
    std::uint64_t target = 0;     ///< E
    std::uint64_t link = 0;       ///< E
    std::uint64_t correct = 0;    ///< E: the correct next pc
  };
  /// One cycle. Returns the next pc, valid if decode does not wait.
  std::uint64_t cycle(const Cycle& in);

  static constexpr unsigned branch = 1, jump = 2, call = 4, is_return = 8;

  // One word per stage: index 19:0, kind 23:20, predicted kind 27:24, counter 29:28, then flags.
  using Word = std::uint64_t;
  static constexpr Word index_mask = 0xfffff;
  static constexpr unsigned kind_shift = 20, predicted_shift = 24, counter_shift = 28;
  static constexpr Word kind_mask = Word{0xf} << kind_shift;
  static constexpr Word counter_mask = Word{3} << counter_shift;
  static constexpr Word taken_bit = Word{1} << 30;
  static constexpr Word kind_wrong_bit = Word{1} << 31, target_wrong_bit = Word{1} << 32;
  static constexpr Word is_branch = Word{branch} << kind_shift;

  /// What accompanies the instruction in a stage.
  struct Companion {
    Word word = 0;
    std::uint64_t target = 0;
  };
  static unsigned index_in(Word word) { return static_cast<unsigned>(word & index_mask); }
  static unsigned kind_of(Word word) { return word >> kind_shift & 0xf; }
  static unsigned predicted_of(Word word) { return word >> predicted_shift & 0xf; }
  static unsigned counter_of(Word word) { return word >> counter_shift & 3; }
  unsigned index_of(std::uint64_t pc) const { return state->index_of(pc); }
  unsigned shifted(unsigned past, bool taken) const { return state->shifted(past, taken); }
  Companion packed(const GshareState::InFlight& in_flight, const Stage& stage) const;
  static GshareState::InFlight unpacked(const Companion& companion);
  static ControlKind control_kind_of(unsigned bits);

  unsigned counter(const Cycle& in, unsigned index_f, unsigned history_f, unsigned history_d,
                   unsigned history_e) const;
  void clock_stack(const Cycle& in, unsigned found);

  GshareState* state = nullptr;
  Companion decode, execute, memory, writeback;
  unsigned writeback_index = 0;  ///< into the counters
  unsigned counter_index = 0;
  unsigned fetch_index = 0;  ///< index_of(F's pc)
  unsigned history = 0;
};

inline unsigned SteadyPredictor::counter(const Cycle& in, unsigned index_f, unsigned history_f,
                                         unsigned history_d, unsigned history_e) const {
  const unsigned index = history_f ^ index_f;
  const Word d = in.decode_cleared ? 0 : decode.word;
  const bool flushes_e = in.wrong || in.waits;
  if ((d & is_branch) != 0 && !flushes_e && index == (history_d ^ index_in(d))) {
    return counter_of(d) >= 2 ? 3 : 0;
  }
  const Word e = execute.word;
  if ((e & is_branch) != 0 && index == (history_e ^ index_in(e))) {
    return GshareState::updated(counter_of(e), in.taken);
  }
  const Word m = memory.word;
  if ((m & is_branch) != 0 && index == (history ^ index_in(m))) return counter_of(m);
  if ((writeback.word & is_branch) != 0 && index == writeback_index) {
    return counter_of(writeback.word);
  }
  return state->counters[counter_index];
}

[[gnu::always_inline]] inline std::uint64_t SteadyPredictor::cycle(const Cycle& in) {
  GshareState& tables = *state;
  const unsigned index_f = fetch_index;
  const Word d = in.decode_cleared ? decode.word & ~kind_mask : decode.word;
  const Word e = execute.word;
  const Word m = memory.word;

  // Lookup for F: the stages are searched before the table.
  unsigned found;
  std::uint64_t found_target;
  if ((d & index_mask) == index_f) {
    found = kind_of(d);
    found_target = decode.target;
  } else if ((e & index_mask) == index_f) {
    found = kind_of(e);
    found_target = in.target;
  } else if ((m & index_mask) == index_f) {
    found = kind_of(m);
    found_target = memory.target;
  } else if ((writeback.word & index_mask) == index_f) {
    found = kind_of(writeback.word);
    found_target = writeback.target;
  } else {
    const GshareState::Target& target = tables.targets[index_f];
    static_assert(sizeof target.kind == sizeof(std::uint32_t));
    std::uint32_t kinds;
    std::memcpy(&kinds, &target.kind, sizeof kinds);
    found = kinds == 0 ? 0 : bits_of(target.kind);
    found_target = target.address;
  }

  // Direction; the histories matter only if there are branches.
  unsigned history_f = history;
  unsigned found_counter = 0;
  const unsigned concerned = (in.fetched | found) & branch;
  if ((concerned | ((d | e | m) & is_branch)) != 0) {
    const unsigned history_e =
        (m & is_branch) != 0 ? shifted(history, (m & taken_bit) != 0) : history;
    const unsigned history_d = (e & is_branch) != 0 ? shifted(history_e, in.taken) : history_e;
    history_f = (d & is_branch) != 0 ? shifted(history_d, counter_of(d) >= 2) : history_d;
    if (concerned != 0) found_counter = counter(in, index_f, history_f, history_d, history_e);
  }
  const bool takes = (found & jump) != 0 || ((found & branch) != 0 && found_counter >= 2);

  std::uint64_t next = in.behind;
  if (in.wrong) {
    next = in.correct;
  } else if (takes) {
    next = (found & is_return) != 0 ? tables.stack[tables.top] : found_target;
  }
  if (!in.waits) {
    const unsigned next_history =
        (found & branch) != 0 ? shifted(history_f, found_counter >= 2) : history_f;
    fetch_index = index_of(next);
    counter_index = next_history ^ fetch_index;
  }
  if (((found | kind_of(d) | predicted_of(d)) & is_return) != 0 || (kind_of(e) & call) != 0) {
    clock_stack(in, found);
  }

  // M retires.
  const unsigned memory_index = history ^ index_in(m);
  if ((m & (kind_wrong_bit | target_wrong_bit)) != 0) {
    tables.set_target(index_in(m), {control_kind_of(kind_of(m)), memory.target});
  }
  if ((m & is_branch) != 0) {
    tables.counters[memory_index] = counter_of(m);
    history = shifted(history, (m & taken_bit) != 0);
  }
  // Copy word and target separately: a combined load right after two separate stores would stall
  // the host.
  writeback.word = memory.word;
  writeback.target = memory.target;
  writeback_index = memory_index;

  // E moves to M.
  Word word = e & ~(counter_mask | taken_bit);
  word |= Word{GshareState::updated(counter_of(e), in.taken)} << counter_shift;
  if (in.taken) word |= taken_bit;
  const unsigned e_kind = kind_of(e);
  const bool has_target = (e_kind & branch) != 0 || (e_kind & (jump | is_return)) == jump;
  if (has_target && execute.target != in.target) word |= target_wrong_bit;
  memory.word = word;
  memory.target = in.target;

  // D moves to E, or is replaced by a bubble with its pc.
  if (in.wrong || in.waits) {
    execute.word = decode.word & index_mask;
    execute.target = 0;
  } else {
    execute.word = predicted_of(d) != kind_of(d) ? d | kind_wrong_bit : d;
    execute.target = decode.target;
  }
  if (in.waits) return next;
  if (in.wrong) {
    decode.word = 0;
    decode.target = 0;
  } else {
    decode.word = index_f | Word{in.fetched} << kind_shift | Word{found} << predicted_shift |
                  Word{found_counter} << counter_shift;
    decode.target = found_target;
  }
  return next;
}

}  // namespace cyclevisor
