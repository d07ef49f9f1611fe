#include "models/pipeline/memory_stage.hpp"

#include "models/mmu/pte.hpp"

namespace cyclevisor {
namespace {

const StageLatch nothing;

PrivilegeMode data_mode(const Core& core) {
  const std::uint64_t status = core.csrs.state.mstatus;
  if ((status & mstatus::mprv) == 0) return core.mode;
  return mode_of((status & mstatus::mpp) >> mstatus::mpp_shift, 0);
}

AccessedDirtyUpdate policy_of(const Core& core) {
  return (core.csrs.state.menvcfg & envcfg::adue) != 0 ? AccessedDirtyUpdate::by_walker
                                                       : AccessedDirtyUpdate::page_fault;
}

}  // namespace

MemoryStage::MemoryStage(const PipelineSettings& settings, FunctionalCore& core,
                         const MemoryMap& map)
    : core_(core),
      map_(map),
      cache_(settings.data_cache, nullptr,
             [&core](std::uint64_t address, std::byte* bytes, unsigned count) {
               core.read_memory(address, bytes, count);
             }),
      bus_(settings.data_cache.line_bytes / 8),
      tlb_(settings.data_tlb_entries),
      misaligned_(core.core().csrs.config().misaligned),
      latch_(&nothing) {}

void MemoryStage::restart() {
  cache_.abandon();
  bus_.abandon();
  walker_.abandon();
  tlb_.flush();
  reply_.reset();
  second_part_ = false;
}

void MemoryStage::begin(Cycle now) {
  if (!bus_.in_data_phase() || walker_.active() || reply_ || fault_) return;
  reply_ = core_.access_device(*latch_, physical_, now);
}

void MemoryStage::choose_part(std::uint64_t address) {
  const std::uint64_t line = cache_.array().geometry().line_bytes;
  address_ = address;
  bytes_ = operation_.bytes;
  divided_ = operation_.any() && !operation_.atomic && address % bytes_ != 0 &&
             misaligned_ == MisalignedAccess::hardware && address % line > line - bytes_;
  if (!divided_) return;
  first_bytes_ = static_cast<unsigned>(line - address % line);
  if (second_part_) {
    address_ += first_bytes_;
    bytes_ -= first_bytes_;
  } else {
    bytes_ = first_bytes_;
  }
}

AccessRights MemoryStage::rights_of(const MemoryOperation& operation) const {
  const std::uint64_t status = core_.core().csrs.state.mstatus;
  AccessRights rights;
  rights.kind = operation.writes ? AccessRights::Kind::write : AccessRights::Kind::read;
  rights.mode = data_mode(core_.core());
  rights.sum = (status & mstatus::sum) != 0;
  rights.mxr = (status & mstatus::mxr) != 0;
  rights.reads_too = operation.writes && operation.reads;
  return rights;
}

void MemoryStage::fail(ExceptionCause load, ExceptionCause store) {
  Exception exception;
  exception.cause = operation_.writes ? store : load;
  exception.tval = address_;
  fault_ = exception;
}

bool MemoryStage::protected_from(AccessType type) const {
  const PmpUnit& pmp = core_.core().csrs.pmp;
  const PrivilegeMode mode = data_mode(core_.core());
  if (pmp.unrestricted(mode)) return false;
  if (bytes_ == operation_.bytes && address_ % bytes_ == 0) {
    return !pmp.permits(physical_, bytes_, type, mode);
  }
  // What is not aligned is checked byte by byte.
  for (unsigned i = 0; i < bytes_; ++i) {
    if (!pmp.permits(physical_ + i, 1, type, mode)) return true;
  }
  return false;
}

void MemoryStage::check(const MemoryAttributes& attributes, bool page_fault) {
  const bool aligned = operation_.bytes == bytes_ && address_ % bytes_ == 0;
  if (!aligned && (operation_.atomic || misaligned_ == MisalignedAccess::trap)) {
    fail(ExceptionCause::load_address_misaligned, ExceptionCause::store_address_misaligned);
    return;
  }
  if (page_fault) {
    fail(ExceptionCause::load_page_fault, ExceptionCause::store_page_fault);
    return;
  }
  if (misses_tlb_) return;
  const AccessType type = operation_.writes ? AccessType::store : AccessType::load;
  const bool refused_by_device = reply_ && reply_->status == BusStatus::error;
  const bool permitted =
      (!operation_.reads || attributes.readable) && (!operation_.writes || attributes.writable) &&
      (!operation_.atomic || attributes.atomic) && (attributes.sizes & operation_.bytes) != 0 &&
      (aligned || attributes.cacheable) && !refused_by_device && !protected_from(type);
  if (!permitted) fail(ExceptionCause::load_access_fault, ExceptionCause::store_access_fault);
}

void MemoryStage::translate(const StageLatch& latch, std::uint64_t address) {
  latch_ = &latch;
  operation_ = memory_operation(latch);
  choose_part(address);
  fault_.reset();
  needs_walk_ = misses_tlb_ = no_page_tables_ = false;
  match_ = Tlb::Match();
  const CsrState& state = core_.core().csrs.state;

  if (walker_.active()) {
    access_ = MemoryOperation();
    access_.reads = walker_.reads();
    access_.writes = walker_.writes();
    physical_ = walker_.address();
    // The entry's address goes past the TLB, which takes it for a virtual one.
    if (access_.any()) match_ = tlb_.match(physical_.value, state.satp);
    const MemoryAttributes attributes = map_.attributes(physical_);
    cacheable_ = attributes.cacheable;
    const AccessType type = access_.writes ? AccessType::store : AccessType::load;
    no_page_tables_ = access_.any() && !(attributes.readable && attributes.atomic &&
                                         core_.core().csrs.pmp.permits(physical_, 8, type,
                                                                       PrivilegeMode::supervisor));
    if (!walker_.faults() || walker_.walks_for() != PageWalker::For::data) return;
    if (walker_.fault() == PageWalker::Fault::page) {
      fail(ExceptionCause::load_page_fault, ExceptionCause::store_page_fault);
    } else {
      fail(ExceptionCause::load_access_fault, ExceptionCause::store_access_fault);
    }
    return;
  }

  access_ = operation_;
  physical_ = PhysicalAddress(address_);
  bool page_fault = false;
  if (access_.any()) {
    match_ = tlb_.match(address_, state.satp);
    const AccessRights rights = rights_of(operation_);
    const bool translates =
        atp::mode(state.satp) != atp::Mode::bare && rights.mode != PrivilegeMode::machine;
    if (translates && match_.hit) {
      physical_ = translated(match_, address_);
      const TlbVerdict verdict = judge(match_, address_, rights, policy_of(core_.core()));
      page_fault = verdict == TlbVerdict::page_fault;
      needs_walk_ = verdict == TlbVerdict::update;
    } else if (translates) {
      physical_ = PhysicalAddress();
      needs_walk_ = misses_tlb_ = true;
    }
  }
  const MemoryAttributes attributes = map_.attributes(physical_);
  cacheable_ = attributes.cacheable;
  if (access_.any()) check(attributes, page_fault);
  // A store-conditional that fails does not go to memory.
  if (latch.valid && latch.instruction_class() == InstructionClass::store_conditional &&
      core_.core().reservation != PhysicalAddress(physical_.value & ~std::uint64_t{7})) {
    access_.writes = false;
  }
}

std::optional<PreparedOperand> MemoryStage::operand(Cycle now) const {
  if (!operation_.any()) return std::nullopt;
  PreparedOperand operand;
  operand.first = physical_;
  if (divided_) {
    operand.first = first_part_;
    operand.first_bytes = first_bytes_;
    operand.second = physical_;
  }
  // The device has answered in time for this cycle.
  if (reply_) operand.reply = BusReply{BusStatus::ok, reply_->data, now};
  return operand;
}

void MemoryStage::access(const FetchStage& fetch, bool bus_ready) {
  const bool starts_walk = !walker_.active() && (needs_walk_ || fetch.needs_walk());
  cancelled_ = starts_walk || no_page_tables_;
  request_ = CacheMachine::Request();
  request_.reads = cacheable_ && access_.reads;
  request_.writes = cacheable_ && access_.writes;
  request_.writes_back_all = latch_->is(Operation::fence_i) && !walker_.active();
  request_.address = physical_;
  const auto cache = cache_.evaluate(request_, bus_.acknowledges(bus_ready));
  wishes_.device = !cacheable_ && access_.any();
  wishes_.line_read = cache.line_read;
  wishes_.line_write = cache.line_write;
  cache_stalls_ = !no_page_tables_ && (cache.stalls || bus_.stalls(wishes_, bus_ready));
  const bool waits = cache_stalls_ || starts_walk || (walker_.active() && !walker_.faults());
  goes_on_to_second_part_ = divided_ && !second_part_ && !waits && !walker_.active() && !fault_;
  between_parts_ = goes_on_to_second_part_ || (second_part_ && waits);
  stalls_ = waits || between_parts_;
}

PageWalker::Context MemoryStage::walk_context(const FetchStage& fetch) const {
  PageWalker::Context context;
  context.satp = core_.core().csrs.state.satp;
  context.policy = policy_of(core_.core());
  if (walker_.walks_for() == PageWalker::For::data) {
    context.address = address_;
    context.rights = rights_of(operation_);
  } else {
    context.address = fetch.address();
    context.rights.kind = AccessRights::Kind::fetch;
    context.rights.mode = core_.core().mode;
  }
  return context;
}

void MemoryStage::clock(FetchStage& fetch, const Edge& edge) {
  const bool flushed = edge.flushed || cancelled_;
  // A walk's accesses are not the pipeline's: nothing in it holds them.
  const bool held = edge.stalled && !walker_.active() && !between_parts_;
  const PageWalker::Context context = walk_context(fetch);
  const bool writes_tlb = walker_.active() && walker_.writes_tlb(context);
  const bool writes_own_tlb = writes_tlb && walker_.walks_for() == PageWalker::For::data;

  if (writes_own_tlb) {
    tlb_.write(address_, context.satp, walker_.entry(), walker_.level());
  } else {
    tlb_.use(match_);
    if (writes_tlb) fetch.write_tlb(walker_.entry(), walker_.level());
  }
  if (latch_->is(Operation::sfence_vma) && !edge.flushed) tlb_.flush();

  cache_.clock(request_, {bus_.acknowledges(edge.bus_ready), flushed, held});
  bus_.clock(wishes_, {edge.bus_ready, flushed, held});

  if (goes_on_to_second_part_) {
    second_part_ = true;
    first_part_ = physical_;
  }

  if (edge.flushed) {
    walker_.abandon();
  } else if (walker_.active()) {
    if (walker_.writes() && !cache_stalls_) core_.write_entry(physical_, walker_.entry());
    const std::uint64_t entry = walker_.reads() ? core_.read_entry(physical_) : 0;
    walker_.clock(context, {cache_stalls_, no_page_tables_, entry});
  } else if (needs_walk_) {
    walker_.start(PageWalker::For::data);
  } else if (fetch.needs_walk()) {
    walker_.start(PageWalker::For::fetch);
  }
}

}  // namespace cyclevisor
