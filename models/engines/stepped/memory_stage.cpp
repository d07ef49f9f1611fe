#include "models/engines/stepped/memory_stage.hpp"

#include "models/hart/execute/execute.hpp"

namespace cyclevisor {
namespace {

const StageRegister nothing;

/// HLV, HLVX, HSV.
bool acts_as_guest(const StageRegister& latch) {
  const InstructionClass kind = latch.instruction_class();
  return (kind == InstructionClass::load || kind == InstructionClass::store) &&
         is_guest_access(latch.instruction.operation);
}

}  // namespace

MemoryStage::MemoryStage(const PipelineSettings& settings, TimingState& state, CommitPort& core,
                         PhysicalBus& bus, const MemoryMap& map)
    : core_(core),
      platform_bus_(bus),
      map_(map),
      cache_(state.data_cache),
      controller_(cache_),
      bus_(settings.data_cache.beats()),
      translator_(core.core(), state.data_tlb),
      misaligned_(core.core().csrs.config().misaligned),
      instruction_(&nothing) {}

void MemoryStage::restart() {
  controller_.abandon();
  bus_.abandon();
  walker_.abandon();
  reply_.reset();
  second_part_ = false;
}

void MemoryStage::begin(Cycle now) {
  if (!bus_.in_data_phase() || walks() || reply_ || fault_) return;
  const std::uint64_t data = core_.core().x[instruction_->instruction.rs2];
  reply_ = operation_.writes ? platform_bus_.write(physical_, operation_.bytes, data, now)
                             : platform_bus_.read(physical_, operation_.bytes, now);
}

void MemoryStage::choose_part(std::uint64_t address) {
  const std::uint64_t line = cache_.array.geometry().undivided_bytes();
  address_ = address;
  bytes_ = operation_.bytes;
  is_split_ = operation_.any() && !operation_.atomic && address % bytes_ != 0 &&
              misaligned_ == MisalignedAccess::hardware && address % line > line - bytes_;
  if (!is_split_) return;
  first_bytes_ = static_cast<unsigned>(line - address % line);
  if (second_part_) {
    address_ += first_bytes_;
    bytes_ -= first_bytes_;
  } else {
    bytes_ = first_bytes_;
  }
}

TranslationRequest MemoryStage::request() const {
  const MemoryUnit& memory = core_.core().memory;
  const AccessType type = operation_.writes ? AccessType::store : AccessType::load;
  if (!acts_as_guest(*instruction_)) return memory.data_request(address_, type);
  const bool supervisor = (core_.core().csrs.state.hstatus & hstatus::spvp) != 0;
  TranslationRequest request = memory.guest_request(
      address_, type, supervisor ? PrivilegeMode::virtual_supervisor : PrivilegeMode::virtual_user);
  const Operation operation = instruction_->instruction.operation;
  if (operation == Operation::hlvx_hu || operation == Operation::hlvx_wu) {
    request.load_permission = LoadPermission::execute;
  }
  return request;
}

void MemoryStage::fail(ExceptionCause load, ExceptionCause store, unsigned offset) {
  Exception exception;
  exception.cause = operation_.writes ? store : load;
  exception.tval = address_ + offset;
  if (is_virtual(request_.mode)) exception.trap_value = TrapValue::guest_virtual_address;
  if (core_.core().has(Extension::h)) {
    exception.tinst = transformed_instruction(instruction_->instruction, exception.tval - base_);
  }
  fault_ = exception;
}

void MemoryStage::fail(const TranslationFault& fault) {
  const ExceptionCause cause = cause_of(cyclevisor::cause(fault.kind, request_.type));
  fail(cause, cause);
  if (fault.kind != TranslationFault::Kind::guest_page) return;
  fault_->tval2 = fault.guest_physical.value >> 2;
  const std::uint64_t implicit = pseudoinstruction(fault.implicit_access);
  if (implicit != 0) fault_->tinst = implicit;
}

bool MemoryStage::pmp_permits(unsigned offset, unsigned bytes) const {
  const PmpUnit& pmp = core_.core().csrs.pmp;
  const auto permits = [&](AccessType type) {
    return pmp.permits(physical_ + offset, bytes, type, request_.mode);
  };
  // "HLVX cannot override machine-level physical memory protection": it reads, and what it reads is
  // an instruction.
  if (request_.load_permission == LoadPermission::execute && !permits(AccessType::fetch)) {
    return false;
  }
  return permits(operation_.writes ? AccessType::store : AccessType::load);
}

std::optional<unsigned> MemoryStage::denied_byte() const {
  const bool aligned = bytes_ == operation_.bytes && address_ % bytes_ == 0;
  if (core_.core().csrs.pmp.unrestricted(request_.mode)) return std::nullopt;
  if (aligned) return pmp_permits(0, bytes_) ? std::nullopt : std::optional(0u);
  // A misaligned access is checked byte by byte.
  for (unsigned i = 0; i < bytes_; ++i) {
    if (!pmp_permits(i, 1)) return i;
  }
  return std::nullopt;
}

void MemoryStage::check(const MemoryAttributes& attributes) {
  const bool aligned = operation_.bytes == bytes_ && address_ % bytes_ == 0;
  if (!aligned && (operation_.atomic || misaligned_ == MisalignedAccess::trap)) {
    fail(ExceptionCause::load_address_misaligned, ExceptionCause::store_address_misaligned);
    return;
  }
  if (translation_.fault) {
    fail(*translation_.fault);
    return;
  }
  if (translation_.missing) return;
  const bool executes = request_.load_permission == LoadPermission::execute;
  const bool refused_by_device = reply_ && reply_->status == BusStatus::error;
  const bool permitted =
      (!operation_.reads || attributes.readable) && (!operation_.writes || attributes.writable) &&
      (!executes || attributes.executable) && (!operation_.atomic || attributes.atomic) &&
      (attributes.sizes & operation_.bytes) != 0 && (aligned || attributes.cacheable) &&
      !refused_by_device;
  const std::optional<unsigned> denied = permitted ? denied_byte() : 0;
  // `mtval` is the address of the portion that is refused ("Machine Trap Value (mtval) Register").
  if (denied) {
    fail(ExceptionCause::load_access_fault, ExceptionCause::store_access_fault, *denied);
  }
}

void MemoryStage::translate_for_walker() {
  access_ = MemoryOperation();
  access_.reads = walker_.reads();
  access_.writes = walker_.writes();
  physical_ = walker_.address();
  // The TLB also compares the entry's address, as if it were virtual.
  if (access_.any()) {
    TranslationRequest untranslated;
    untranslated.mode = PrivilegeMode::machine;
    translation_.match =
        translator_.tlb().match(physical_.value, translator_.regime_of(untranslated).space);
  }
  const MemoryAttributes attributes = map_.attributes(physical_);
  cacheable_ = attributes.cacheable;
  const AccessType type = access_.writes ? AccessType::store : AccessType::load;
  const bool permitted =
      attributes.readable && (!access_.writes || attributes.writable) && attributes.atomic &&
      core_.core().csrs.pmp.permits(physical_, 8, type, PrivilegeMode::supervisor);
  no_page_tables_ = access_.any() && !permitted;
  if (walker_.faults()) fail(walker_.fault());
}

void MemoryStage::translate(const StageRegister& latch, std::uint64_t address) {
  instruction_ = &latch;
  operation_ = memory_operation(latch);
  base_ = address;
  choose_part(address);
  fault_.reset();
  no_page_tables_ = false;
  translation_ = Translator::Result();
  if (operation_.any()) request_ = request();
  if (walks()) {
    translate_for_walker();
    return;
  }
  access_ = operation_;
  if (access_.any()) translation_ = translator_.look_up(request_);
  physical_ = translation_.physical;
  const MemoryAttributes attributes = map_.attributes(physical_);
  cacheable_ = attributes.cacheable;
  if (access_.any()) check(attributes);
  // A store-conditional that fails does not access memory.
  if (latch.valid && latch.instruction_class() == InstructionClass::store_conditional &&
      core_.core().reservation != PhysicalAddress(physical_.value & ~std::uint64_t{7})) {
    access_.writes = false;
  }
}

std::optional<PreparedOperand> MemoryStage::operand(Cycle now) const {
  if (!operation_.any()) return std::nullopt;
  PreparedOperand operand;
  operand.first = physical_;
  if (is_split_) {
    operand.first = first_part_;
    operand.first_bytes = first_bytes_;
    operand.second = physical_;
  }
  // The device has answered in time for this cycle.
  if (reply_) operand.reply = BusReply{BusStatus::ok, reply_->data, now};
  return operand;
}

void MemoryStage::access(const FetchStage& fetch, bool bus_ready) {
  const bool starts_walk = !walker_.active() && (translation_.needs_walk || fetch.needs_walk());
  cancelled_ = starts_walk || no_page_tables_;
  cache_request_ = CacheController::Request();
  cache_request_.reads = cacheable_ && access_.reads;
  cache_request_.writes = cacheable_ && access_.writes;
  cache_request_.writes_back_all = instruction_->is(Operation::fence_i) && !walks();
  cache_request_.address = physical_;
  const auto cache = controller_.evaluate(cache_request_, bus_.acknowledges(bus_ready));
  demand_.device = !cacheable_ && access_.any();
  demand_.line_read = cache.line_read;
  demand_.line_write = cache.line_write;
  cache_stalls_ = !no_page_tables_ && (cache.stalls || bus_.stalls(demand_, bus_ready));
  const bool waits = cache_stalls_ || starts_walk || (walks() && !walker_.faults());
  starts_second_part_ = is_split_ && !second_part_ && !waits && !walks() && !fault_;
  between_parts_ = starts_second_part_ || (second_part_ && waits);
  stalls_ = waits || between_parts_;
}

PageWalker::Context MemoryStage::walk_context(const FetchStage& fetch) const {
  PageWalker::Context context;
  context.satp = core_.core().csrs.state.satp;
  context.policy = translator_.policy();
  context.request = walker_.walks_for() == PageWalker::For::data ? request_ : fetch.request();
  context.regime = translator_.regime_of(context.request);
  return context;
}

void MemoryStage::start_walk(PageWalker::For walk, Translator& translator,
                             const TranslationRequest& request) {
  const Translator::Regime regime = translator.regime_of(request);
  if (regime.kind == Translator::Regime::Kind::guest) {
    walker_.start(walk, translator.walk_guest(request));
  } else {
    walker_.start(walk, regime);
  }
}

void MemoryStage::clock(FetchStage& fetch, const Edge& edge) {
  const bool flushed = edge.flushed || cancelled_;
  // A walk's accesses do not belong to the instruction in M: no stall holds them.
  const bool held = edge.stalled && !walks() && !between_parts_;
  PageWalker::Context context;
  if (walker_.active()) context = walk_context(fetch);
  const bool writes_tlb = walker_.active() && walker_.writes_tlb(context);

  if (writes_tlb && walker_.walks_for() == PageWalker::For::data) {
    translator_.tlb().write(address_, context.regime.space, walker_.found(context));
  } else {
    translator_.tlb().use(translation_.match);
    if (writes_tlb) fetch.write_tlb(walker_.found(context));
  }
  if (flushes_translations(*instruction_) && !edge.flushed) translator_.tlb().flush();

  controller_.clock(cache_request_, {bus_.acknowledges(edge.bus_ready), flushed, held});
  bus_.clock(demand_, {edge.bus_ready, flushed, held});

  if (starts_second_part_) {
    second_part_ = true;
    first_part_ = physical_;
  }

  if (edge.flushed) {
    walker_.abandon();
  } else if (walker_.active()) {
    if (walker_.writes() && !cache_stalls_ && !no_page_tables_) {
      if (const auto entry = walker_.updated_entry()) core_.write_entry(physical_, *entry);
    }
    const std::uint64_t entry = walker_.reads() ? core_.read_entry(physical_) : 0;
    walker_.clock(context, {cache_stalls_, no_page_tables_, entry});
  } else if (translation_.needs_walk) {
    start_walk(PageWalker::For::data, translator_, request_);
  } else if (fetch.needs_walk()) {
    start_walk(PageWalker::For::fetch, fetch.translator(), fetch.request());
  }
}

}  // namespace cyclevisor
