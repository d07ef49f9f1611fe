// The block cache: blocks that have been made, and whether the code they were made from is
// unchanged.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/engines/blocks/block.hpp"
#include "models/engines/blocks/correct_path.hpp"
#include "models/engines/blocks/data_window.hpp"
#include "models/engines/blocks/fetch_window.hpp"

namespace cyclevisor {

class Blocks {
 public:
  /// The references must outlive the object. `predictor` is null without a predictor.
  Blocks(FetchWindow& fetch, DataWindow& data, MicroOps& ops, const CorrectPath* predictor)
      : fetch_(fetch), data_(data), ops_(ops), predictor_(predictor), by_pc_(slot_count) {}

  /// To be called after the stepped pipeline has run, or after a line was refilled.
  void refresh();
  /// A store has changed memory that fetches see at once.
  void note_store() {
    ++lines_epoch_;
    begin_epoch();
  }
  /// Drops all blocks.
  void clear();

  /// The block at `pc`, if all its fetches would hit and change nothing but the replacement state,
  /// and if the predictor knows its branches and jumps; otherwise null. The pointer is valid until
  /// `refresh` or `clear`.
  const Block* find(std::uint64_t pc) {
    Entry& entry = by_pc_[(pc >> 1) % slot_count];
    const Block* block = entry.block.get();
    if (block != nullptr && block->pc == pc && block->epoch == epoch_) {
      if (block->ops.empty()) return nullptr;
      if (fetch_.is_marked(block->tlb_entries) &&
          (predictor_ == nullptr ||
           block->targets_generation == predictor_->targets_generation())) {
        return block;
      }
    }
    return find_uncached(pc, entry);
  }

 private:
  struct Entry {
    std::uint64_t pc = 0;
    unsigned visits = 0;
    std::unique_ptr<Block> block;
  };
  static constexpr std::size_t slot_count = 8192;
  /// Code that runs once is not worth a schedule.
  static constexpr unsigned visits_to_schedule = 3;
  static constexpr std::size_t longest = 64;  ///< in instructions

  /// Invalidates everything that has been verified, in all contexts.
  void begin_epoch() {
    ++changes_;
    enter_context();
  }
  void enter_context() { epoch_ = changes_ << 12 | fetch_.context(); }
  const Block* find_uncached(std::uint64_t pc, Entry& entry);
  std::unique_ptr<Block> make(const FetchWindow::Page& page, std::uint64_t pc);
  bool is_still_valid(const FetchWindow::Page& page, Block& block) const;
  bool lines_still_hold(const FetchWindow::Page& page, Block& block) const;

  FetchWindow& fetch_;
  DataWindow& data_;
  MicroOps& ops_;
  const CorrectPath* predictor_;
  std::vector<Entry> by_pc_;
  std::vector<std::unique_ptr<Block>> replaced_;
  std::uint64_t changes_ = 1;
  std::uint64_t epoch_ = 0;  ///< combines `changes_` and the context
  std::uint64_t lines_epoch_ =
      1;  ///< advances when bytes or their locations change, in all contexts
  FetchWindow::Generation generation_;
  std::uint64_t lines_generation_ = 0;
  FetchWindow::Page page_;  ///< most recently opened
  std::uint64_t page_epoch_ = 0;
};

}  // namespace cyclevisor
