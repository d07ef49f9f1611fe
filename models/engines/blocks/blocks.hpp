// The blocks that have been met, and whether what they were made of is still there.
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
  /// The references must outlive the object.
  /// `predictor` is null when there is none.
  Blocks(FetchWindow& fetch, DataWindow& data, MicroOps& ops, const CorrectPath* predictor)
      : fetch_(fetch), data_(data), ops_(ops), predictor_(predictor), places_(place_count) {}

  /// The stepped pipeline has run, or a line has been filled.
  void refresh();
  /// Somebody has stored where instructions are seen at once.
  void note_store() {
    ++lines_epoch_;
    begin_epoch();
  }
  /// Forgets everything.
  void clear();

  /// The block that begins at `pc`, all of whose fetches would hit without changing anything but
  /// the replacement bits, and whose branches and jumps the predictor knows; null if there is none.
  /// It stays where it is until `refresh` or `clear`.
  const Block* find(std::uint64_t pc) {
    Place& place = places_[(pc >> 1) % place_count];
    const Block* block = place.block.get();
    if (block != nullptr && block->pc == pc && block->epoch == epoch_) {
      if (block->ops.empty()) return nullptr;
      if (fetch_.is_marked(block->tlb_entries) &&
          (predictor_ == nullptr ||
           block->targets_generation == predictor_->targets_generation())) {
        return block;
      }
    }
    return find_slowly(pc, place);
  }

 private:
  struct Place {
    std::uint64_t pc = 0;
    unsigned visits = 0;
    std::unique_ptr<Block> block;
  };
  static constexpr std::size_t place_count = 8192;
  /// What runs once is not worth the work.
  static constexpr unsigned worthwhile = 3;
  static constexpr std::size_t longest = 64;  ///< instructions

  /// Whatever has been found may not be there any more, in any context.
  void begin_epoch() {
    ++changes_;
    enter_context();
  }
  void enter_context() { epoch_ = changes_ << 12 | fetch_.context(); }
  const Block* find_slowly(std::uint64_t pc, Place& place);
  std::unique_ptr<Block> make(const FetchWindow::Page& page, std::uint64_t pc);
  bool is_there(const FetchWindow::Page& page, Block& block) const;
  bool has_its_lines(const FetchWindow::Page& page, Block& block) const;

  FetchWindow& fetch_;
  DataWindow& data_;
  MicroOps& ops_;
  const CorrectPath* predictor_;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<Block>> replaced_;
  std::uint64_t changes_ = 1;
  std::uint64_t epoch_ = 0;        ///< of `changes_` and the context
  std::uint64_t lines_epoch_ = 1;  ///< changes with bytes and where they are, in all contexts
  FetchWindow::Generation generation_;
  std::uint64_t lines_generation_ = 0;
  FetchWindow::Page page_;  ///< found last
  std::uint64_t page_epoch_ = 0;
};

}  // namespace cyclevisor
