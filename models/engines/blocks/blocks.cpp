#include "models/engines/blocks/blocks.hpp"

#include <algorithm>
#include <cstring>

#include "models/hart/isa/decode.hpp"
#include "models/mmu/pte.hpp"

namespace cyclevisor {

void Blocks::refresh() {
  replaced_.clear();
  const FetchWindow::Generation now = fetch_.generation();
  const std::uint64_t lines_now = fetch_.lines_generation();
  const bool lines_changed = lines_now != lines_generation_ || fetch_.sees_stores();
  if (now == generation_ && !lines_changed) {
    enter_context();
    return;
  }
  generation_ = now;
  lines_generation_ = lines_now;
  if (lines_changed) ++lines_epoch_;
  begin_epoch();
}

void Blocks::clear() {
  replaced_.clear();
  for (Entry& entry : by_pc_) entry = Entry();
}

const Block* Blocks::find_uncached(std::uint64_t pc, Entry& entry) {
  if (entry.pc != pc) {
    entry.pc = pc;
    entry.visits = 0;
  }
  if (++entry.visits < visits_to_schedule) return nullptr;
  const std::uint64_t offset = pc & (pte::page_bytes - 1);
  if (page_epoch_ != epoch_ || page_.virtual_address != pc - offset) {
    page_epoch_ = 0;
    if (!fetch_.open(pc, page_)) return nullptr;
    page_epoch_ = epoch_;
  }
  const FetchWindow::Page& page = page_;
  if (!fetch_.is_marked(page.match.entries)) return nullptr;
  const bool is_known = entry.block != nullptr && entry.block->pc == pc;
  if (!is_known || (entry.block->epoch != epoch_ && !is_still_valid(page, *entry.block))) {
    auto made = make(page, pc);
    if (made == nullptr) return nullptr;
    if (entry.block != nullptr) replaced_.push_back(std::move(entry.block));
    entry.block = std::move(made);
  }
  Block& block = *entry.block;
  block.epoch = epoch_;
  block.lines_epoch = lines_epoch_;
  block.tlb_entries = page.match.entries;
  if (block.ops.empty()) return nullptr;
  if (predictor_ != nullptr) {
    block.targets_generation = 0;
    if (!predictor_->knows(block)) return nullptr;
    block.targets_generation = predictor_->targets_generation();
  }
  return &block;
}

std::unique_ptr<Block> Blocks::make(const FetchWindow::Page& page, std::uint64_t pc) {
  auto block = std::make_unique<Block>();
  block->pc = pc;
  block->physical_pc = page.physical + (pc - page.virtual_address);
  std::uint64_t at = block->physical_pc;
  std::uint64_t next = at;  ///< first byte that has not been read
  const std::uint64_t page_end = page.physical + pte::page_bytes;
  // Reads bytes up to `end`, line by line.
  const auto read_to = [&](std::uint64_t end) {
    while (next < end) {
      FetchWindow::Line line;
      if (!fetch_.find_line(page, next, line)) return false;
      Block::Line part;
      part.physical = line.physical;
      part.way = line.way;
      part.first = static_cast<unsigned>(next - line.physical);
      part.count = static_cast<unsigned>(std::min(end, line.physical + line.count) - next);
      if (!block->lines.empty() && block->lines.back().physical == line.physical) {
        block->lines.back().count += part.count;
      } else {
        block->lines.push_back(part);
      }
      block->bytes.insert(block->bytes.end(), line.bytes + part.first,
                          line.bytes + part.first + part.count);
      next += part.count;
    }
    return true;
  };
  unsigned behind_jump = 0;
  while (block->instructions.size() < longest && behind_jump < 3) {
    if (at + 2 > page_end || !read_to(at + 2)) break;
    const std::uint64_t offset = at - block->physical_pc;
    std::uint32_t bits = 0;
    std::memcpy(&bits, block->bytes.data() + offset, 2);
    if (is_longer_than_16_bits(bits)) {
      if (at + 4 > page_end || !read_to(at + 4)) break;
      std::memcpy(&bits, block->bytes.data() + offset, 4);
    }
    const MicroOp* op = ops_.find(pc + offset, bits);
    const MicroOp* before = block->instructions.empty() ? nullptr : block->instructions.back().op;
    if (predictor_ != nullptr && !CorrectPath::is_chainable(*op, before)) break;
    block->instructions.push_back({op, static_cast<std::uint16_t>(offset)});
    at += op->instruction.length;
    if (predictor_ != nullptr && op->kind != 0) break;
    if (op->group == MicroOp::Group::jump || behind_jump > 0) ++behind_jump;
  }
  if (block->instructions.empty()) return nullptr;
  schedule(*block, predictor_ == nullptr ? BlockFront::empty : BlockFront::full,
           fetch_.undivided_bytes());
  if (fetch_.sees_stores()) data_.watch(block->physical_pc, block->bytes.size());
  return block;
}

bool Blocks::is_still_valid(const FetchWindow::Page& page, Block& block) const {
  return block.physical_pc == page.physical + (block.pc - page.virtual_address) &&
         (block.lines_epoch == lines_epoch_ || lines_still_hold(page, block));
}

bool Blocks::lines_still_hold(const FetchWindow::Page& page, Block& block) const {
  const std::byte* bytes = block.bytes.data();
  for (Block::Line& part : block.lines) {
    FetchWindow::Line line;
    if (!fetch_.find_line(page, part.physical + part.first, line)) return false;
    if (std::memcmp(line.bytes + part.first, bytes, part.count) != 0) return false;
    block.found(part, line.way);
    bytes += part.count;
  }
  return true;
}

}  // namespace cyclevisor
