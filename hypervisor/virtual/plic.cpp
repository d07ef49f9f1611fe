#include "hypervisor/virtual/plic.hpp"

namespace cyclevisor::hypervisor {
namespace {

// Chapter 3, "Memory Map".
constexpr uint64_t pending_base = 0x1000;
constexpr uint64_t enable_base = 0x2000;
constexpr uint64_t enable_stride = 0x80;
constexpr uint64_t context_base = 0x200000;
constexpr uint64_t context_stride = 0x1000;
constexpr uint64_t claim_offset = 4;

constexpr uint8_t priority_mask = 7;

}  // namespace

uint8_t* VirtualPlic::priority_or_threshold(uint64_t offset) {
  // Source 0 does not exist.
  if (offset < pending_base) {
    return offset != 0 && offset / 4 <= sources ? &priority_[offset / 4] : nullptr;
  }
  const uint64_t context = (offset - context_base) / context_stride;
  const bool exists = offset >= context_base && context < contexts && offset % context_stride == 0;
  return exists ? &threshold_[context] : nullptr;
}

uint32_t* VirtualPlic::enables(uint64_t offset) {
  const uint64_t context = (offset - enable_base) / enable_stride;
  const uint64_t word = offset % enable_stride / 4;
  const bool exists = offset >= enable_base && context < contexts && word < words;
  return exists ? &enable_[context][word] : nullptr;
}

uint32_t VirtualPlic::read(uint64_t offset) {
  if (const uint8_t* value = priority_or_threshold(offset)) return *value;
  if (const uint32_t* value = enables(offset)) return *value;
  if (offset == pending_base) {
    uint32_t bits = 0;
    for (unsigned i = 0; i < inputs; ++i) bits |= uint32_t{gateways_[i].pending} << source_of[i];
    return bits;
  }
  for (unsigned context = 0; context < contexts; ++context) {
    if (offset == context_base + context * context_stride + claim_offset) return claim(context);
  }
  return 0;
}

void VirtualPlic::write(uint64_t offset, uint32_t value) {
  if (uint8_t* field = priority_or_threshold(offset)) {
    *field = value & priority_mask;
    update();
  } else if (uint32_t* word = enables(offset)) {
    // WARL: there is no bit for source 0.
    *word = offset % enable_stride == 0 ? value & ~uint32_t{1} : value;
    update();
  } else {
    for (unsigned context = 0; context < contexts; ++context) {
      if (offset == context_base + context * context_stride + claim_offset) {
        complete(context, value);
      }
    }
  }
}

void VirtualPlic::set_level(Input from, bool level) {
  Gateway& gateway = gateways_[static_cast<unsigned>(from)];
  if (level == gateway.level) return;
  gateway.level = level;
  // A request that has been passed on stays when the level goes (1.2, "Interrupt Gateways").
  if (level) request(gateway);
}

/// The gateway passes on one request at a time.
void VirtualPlic::request(Gateway& gateway) {
  if (!gateway.in_service) gateway.pending = true;
  update();
}

/// Of equal priorities the lowest source wins (4, "Interrupt Priorities").
unsigned VirtualPlic::best(unsigned context) const {
  unsigned best = inputs;
  uint8_t priority = 0;
  for (unsigned i = 0; i < inputs; ++i) {
    const unsigned source = source_of[i];
    if (!gateways_[i].pending || priority_[source] <= priority) continue;
    if (!enabled(context, source)) continue;
    best = i;
    priority = priority_[source];
  }
  return best;
}

/// A claim is not affected by the threshold (8, "Interrupt Claim Process").
uint32_t VirtualPlic::claim(unsigned context) {
  const unsigned input = best(context);
  if (input == inputs) return 0;
  gateways_[input].pending = false;
  gateways_[input].in_service = true;
  update();
  return source_of[input];
}

/// Ignored for a source that is not enabled for the context (9, "Interrupt Completion").
void VirtualPlic::complete(unsigned context, uint32_t source) {
  for (unsigned i = 0; i < inputs; ++i) {
    if (source != source_of[i] || !enabled(context, source)) continue;
    gateways_[i].in_service = false;
    if (gateways_[i].level) request(gateways_[i]);
  }
}

void VirtualPlic::update() {
  const unsigned input = best(0);
  interrupt_ = input != inputs && priority_[source_of[input]] > threshold_[0];
}

}  // namespace cyclevisor::hypervisor
