#include "models/plic/plic.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace cyclevisor {
namespace {

// PLIC specification, chapter 3 "Memory Map".
constexpr std::uint64_t priority_base = 0x0;
constexpr std::uint64_t pending_base = 0x1000;
constexpr std::uint64_t enable_base = 0x2000;
constexpr std::uint64_t enable_stride = 0x80;
constexpr std::uint64_t context_base = 0x20'0000;
constexpr std::uint64_t context_stride = 0x1000;
/// The address range that QEMU's `virt` decodes.
constexpr std::uint64_t map_end = 0x60'0000;

constexpr std::uint32_t priority_mask = 7;  // WARL, chapter 4: the number of levels of QEMU

std::uint32_t mask(unsigned source) { return std::uint32_t{1} << (source % 32); }

template <class Bits>
bool has(const Bits& bits, unsigned source) {
  return (bits[source / 32] & mask(source)) != 0;
}

/// Fills the gaps between the registers with reserved rows.
std::vector<Register> fill_gaps(std::vector<Register> rows) {
  std::vector<Register> filled;
  std::uint64_t end = 0;
  const auto reserve_to = [&](std::uint64_t offset) {
    if (offset != end) filled.push_back({"reserved", end, offset - end, {}, {}, {}});
  };
  for (Register& row : rows) {
    reserve_to(row.offset);
    end = row.offset + row.bytes;
    filled.push_back(std::move(row));
  }
  reserve_to(map_end);
  return filled;
}

}  // namespace

Plic::Plic(sc_core::sc_module_name name, sc_core::sc_time access_time, Output output)
    : RegisterTarget(name, access_time), output_(std::move(output)) {
  declare(fill_gaps(register_table()), AccessWidth::word);
}

std::vector<Register> Plic::register_table() {
  using Value = std::uint64_t;
  std::vector<Register> rows;
  const auto word = [&rows](std::string name, std::uint64_t offset, Register::Read read,
                            Register::Write write, Register::Read peek = {}) {
    rows.push_back(
        {std::move(name), offset, 4, std::move(read), std::move(write), std::move(peek)});
  };
  for (unsigned n = 1; n <= sources; ++n) {
    word(
        fmt::format("priority{}", n), priority_base + 4 * n, [this, n] { return priority_[n]; },
        [this, n](Value v) {
          priority_[n] = v & priority_mask;
          update();
        });
  }
  for (unsigned w = 0; w < words; ++w) {
    word(fmt::format("pending{}", w), pending_base + 4 * w, [this, w] { return pending_[w]; }, {});
  }
  for (unsigned c = 0; c < contexts; ++c) {
    for (unsigned w = 0; w < words; ++w) {
      word(
          fmt::format("enable{}.{}", c, w), enable_base + enable_stride * c + 4 * w,
          [this, c, w] { return contexts_[c].enable[w]; },
          [this, c, w](Value v) {
            // Source 0 does not exist (3, "Interrupt Enables").
            contexts_[c].enable[w] = static_cast<std::uint32_t>(w == 0 ? v & ~Value{1} : v);
            update();
          });
    }
  }
  for (unsigned c = 0; c < contexts; ++c) {
    const std::uint64_t base = context_base + context_stride * c;
    word(
        fmt::format("threshold{}", c), base, [this, c] { return contexts_[c].threshold; },
        [this, c](Value v) {
          contexts_[c].threshold = v & priority_mask;
          update();
        });
    word(
        fmt::format("claim{}", c), base + 4, [this, c] { return claim(contexts_[c]); },
        [this, c](Value v) { complete(contexts_[c], v); },
        [this, c] { return best(contexts_[c]); });
  }
  return rows;
}

void Plic::set_source(unsigned source, bool level) {
  if (source == 0 || source > sources) throw std::out_of_range("PLIC source");
  if (level) {
    wires_[source / 32] |= mask(source);
    request(source);
  } else {
    // A request that the gateway has forwarded remains, whatever the wire does (1.2, "Interrupt
    // Gateways").
    wires_[source / 32] &= ~mask(source);
  }
  update();
}

/// The gateway of a level-triggered source: at most one outstanding request.
void Plic::request(unsigned source) {
  if (!has(in_service_, source)) pending_[source / 32] |= mask(source);
}

/// The pending and enabled source of the highest priority, the lowest number on a tie (4,
/// "Interrupt Priorities"); priority 0 never interrupts. 0 if there is none.
std::uint32_t Plic::best(const ContextState& context) const {
  std::uint32_t found = 0;
  for (unsigned n = 1; n <= sources; ++n) {
    if (!has(pending_, n) || !has(context.enable, n)) continue;
    if (priority_[n] > priority_[found]) found = n;
  }
  return found;
}

/// The threshold does not affect a claim (8, "Interrupt Claim Process").
std::uint32_t Plic::claim(const ContextState& context) {
  const std::uint32_t source = best(context);
  if (source == 0) return 0;
  pending_[source / 32] &= ~mask(source);
  in_service_[source / 32] |= mask(source);
  update();
  return source;
}

/// Ignored for a source that is not enabled for the context (9, "Interrupt Completion").
void Plic::complete(const ContextState& context, std::uint64_t source) {
  if (source == 0 || source > sources) return;
  const auto number = static_cast<unsigned>(source);
  if (!has(context.enable, number)) return;
  in_service_[number / 32] &= ~mask(number);
  if (has(wires_, number)) request(number);
  update();
}

void Plic::update() {
  for (unsigned c = 0; c < contexts; ++c) {
    ContextState& context = contexts_[c];
    const std::uint32_t source = best(context);
    const bool level = source != 0 && priority_[source] > context.threshold;
    if (level == context.level) continue;
    context.level = level;
    output_(static_cast<Context>(c), level);
  }
}

}  // namespace cyclevisor
