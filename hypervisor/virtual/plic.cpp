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
  if (offset == pending_base + uart_source / 32 * 4) {
    return pending_ ? uint32_t{1} << uart_source % 32 : 0;
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

void VirtualPlic::set_uart(bool level) {
  if (level == level_) return;
  level_ = level;
  // A request that has been passed on stays when the level goes (1.2, "Interrupt Gateways").
  if (level) request();
}

/// The gateway passes on one request at a time.
void VirtualPlic::request() {
  if (!in_service_) pending_ = true;
  update();
}

/// A claim is not affected by the threshold (8, "Interrupt Claim Process").
uint32_t VirtualPlic::claim(unsigned context) {
  if (!pending_ || !enabled(context) || priority_[uart_source] == 0) return 0;
  pending_ = false;
  in_service_ = true;
  update();
  return uart_source;
}

/// Ignored for a source that is not enabled for the context (9, "Interrupt Completion").
void VirtualPlic::complete(unsigned context, uint32_t source) {
  if (source != uart_source || !enabled(context)) return;
  in_service_ = false;
  if (level_) request();
}

void VirtualPlic::update() {
  interrupt_ = pending_ && enabled(0) && priority_[uart_source] > threshold_[0];
}

}  // namespace cyclevisor::hypervisor
