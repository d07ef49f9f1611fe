#include "models/pipeline/page_walker.hpp"

#include "models/mmu/pte.hpp"

namespace cyclevisor {

bool PageWalker::is_pointer() const {
  return (entry_ & pte::valid) != 0 && (entry_ & (pte::read | pte::write | pte::execute)) == 0;
}

bool PageWalker::pointer_is_bad() const {
  constexpr std::uint64_t memory_type = std::uint64_t{3} << 61;
  constexpr std::uint64_t reserved = pte::accessed | pte::dirty | pte::user | memory_type;
  return next_level_ != root_level && (entry_ & reserved) != 0;
}

bool PageWalker::needs_update(const Context& context) const {
  if (context.policy == AccessedDirtyUpdate::page_fault || is_pointer()) return false;
  Tlb::Match found;
  found.hit = true;
  found.pte = entry_;
  found.level = level_;
  return judge(found, context.address, context.rights, context.policy) == TlbVerdict::update;
}

std::uint64_t PageWalker::address_of_entry(const Context& context) const {
  const unsigned level = next_level_;
  const std::uint64_t table = level == root_level ? atp::ppn(context.satp) : pte::ppn(entry_);
  const std::uint64_t index = (context.address >> (pte::page_shift + 9 * level)) & 0x1ff;
  return (table << pte::page_shift) + 8 * index;
}

void PageWalker::clock(const Context& context, const MemoryAnswer& memory) {
  switch (state_) {
    case State::idle:
      break;
    case State::address:
      // Below the root this cycle also looks at the entry just read.
      if (next_level_ != root_level && !is_pointer()) {
        state_ = State::leaf;
      } else {
        entry_address_ = address_of_entry(context);
        state_ = State::read;
      }
      break;
    case State::read:
      if (memory.stalls) break;
      if (memory.fault || pointer_is_bad()) {
        fault_ = memory.fault ? Fault::access : Fault::page;
        state_ = State::fault;
        break;
      }
      entry_ = memory.entry;
      level_ = next_level_;
      if (level_ == 0) {
        state_ = State::leaf;
      } else {
        --next_level_;
        state_ = State::address;
      }
      break;
    case State::leaf:
      if (needs_update(context)) {
        entry_ |= pte::accessed;
        if (context.rights.kind == AccessRights::Kind::write) entry_ |= pte::dirty;
        state_ = State::update;
      } else {
        state_ = State::idle;
      }
      break;
    case State::update:
      if (!memory.stalls) state_ = State::leaf;
      break;
    case State::fault:
      state_ = State::idle;
      break;
  }
  if (state_ == State::idle) next_level_ = root_level;
}

}  // namespace cyclevisor
