#include "models/engines/stepped/page_walker.hpp"

#include <utility>

#include "models/mmu/pte.hpp"

namespace cyclevisor {

bool PageWalker::is_pointer() const {
  return (entry_ & pte::valid) != 0 && (entry_ & (pte::read | pte::write | pte::execute)) == 0;
}

bool PageWalker::pointer_is_bad() const {
  // D, A and U are reserved in a pointer ("Virtual Address Translation Process", step 4).
  constexpr std::uint64_t reserved = pte::reserved | pte::accessed | pte::dirty | pte::user;
  return !guest_ && next_level_ != root_level_ && (entry_ & reserved) != 0;
}

bool PageWalker::needs_update(const Context& context) const {
  if (context.policy == AccessedDirty::fault || is_pointer()) return false;
  return judge(entry_of(entry_, level_), context.request, context.regime.levels, context.policy) ==
         TlbVerdict::update;
}

Tlb::Match PageWalker::found(const Context& context) const {
  if (!guest_) return entry_of(entry_, level_);
  return entry_of(std::get<Translation>(guest_->outcome), context.request.address.value);
}

std::uint64_t PageWalker::address_of_entry(const Context& context) const {
  const unsigned level = next_level_;
  const std::uint64_t table = level == root_level_ ? atp::ppn(context.satp) : pte::ppn(entry_);
  const std::uint64_t index =
      (context.request.address.value >> (pte::page_shift + 9 * level)) & 0x1ff;
  return (table << pte::page_shift) + 8 * index;
}

void PageWalker::start(For walk, const Translator::Regime& regime) {
  state_ = State::address;
  for_ = walk;
  root_level_ = level_ = next_level_ = regime.levels - 1;
}

void PageWalker::start(For walk, GuestWalk guest) {
  state_ = State::address;
  for_ = walk;
  guest_ = std::move(guest);
  step_ = 0;
  // An address that is not looked up in any table.
  if (guest_->steps.empty()) fail(std::get<TranslationFault>(guest_->outcome).kind);
}

void PageWalker::fail(TranslationFault::Kind kind) {
  fault_ = TranslationFault();
  fault_.kind = kind;
  if (guest_) fault_ = std::get<TranslationFault>(guest_->outcome);
  state_ = State::fault;
}

void PageWalker::finish() {
  state_ = State::idle;
  guest_.reset();
}

bool PageWalker::guest_step_fails() const {
  if (!guest_ || step_ + 1 != guest_->steps.size()) return false;
  const auto* fault = std::get_if<TranslationFault>(&guest_->outcome);
  return fault != nullptr && fault->kind == TranslationFault::Kind::access;
}

void PageWalker::next_guest_step() {
  if (++step_ < guest_->steps.size()) {
    state_ = State::address;
  } else if (const auto* fault = std::get_if<TranslationFault>(&guest_->outcome)) {
    fail(fault->kind);
  } else {
    state_ = State::leaf;
  }
}

void PageWalker::clock_address(const Context& context) {
  if (guest_) {
    const WalkStep& step = guest_->steps[step_];
    entry_address_ = step.address.value;
    state_ = step.kind == WalkStep::Kind::read ? State::read : State::update;
    return;
  }
  // Below the root, this cycle also examines the entry that was read last.
  if (next_level_ != root_level_ && !is_pointer()) {
    state_ = State::leaf;
  } else {
    entry_address_ = address_of_entry(context);
    state_ = State::read;
  }
}

void PageWalker::clock_read(const MemoryAnswer& memory) {
  if (guest_) {
    next_guest_step();
    return;
  }
  if (memory.fault || pointer_is_bad()) {
    fail(memory.fault ? TranslationFault::Kind::access : TranslationFault::Kind::page);
    return;
  }
  entry_ = memory.entry;
  level_ = next_level_;
  if (level_ == 0) {
    state_ = State::leaf;
  } else {
    --next_level_;
    state_ = State::address;
  }
}

void PageWalker::clock(const Context& context, const MemoryAnswer& memory) {
  switch (state_) {
    case State::idle:
      break;
    case State::address:
      clock_address(context);
      break;
    case State::read:
      if (!memory.stalls) clock_read(memory);
      break;
    case State::leaf:
      if (!guest_ && needs_update(context)) {
        entry_ |= pte::accessed;
        if (context.request.type == AccessType::store) entry_ |= pte::dirty;
        state_ = State::update;
      } else {
        finish();
      }
      break;
    case State::update:
      if (memory.stalls) break;
      if (memory.fault) {
        fail(TranslationFault::Kind::access);
      } else if (guest_) {
        next_guest_step();
      } else {
        state_ = State::leaf;
      }
      break;
    case State::fault:
      finish();
      break;
  }
}

}  // namespace cyclevisor
