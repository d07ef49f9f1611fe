// Decodes every 32-bit pattern and compares the result with the tables. A decoded instruction must
// match its row and encode back to the same bits; every row must occur exactly as often as it has
// encodings. Together this shows that exactly the encodings of the tables are legal.
#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>

#include "models/hart/isa/compressed.hpp"
#include "models/hart/isa/decode.hpp"
#include "models/hart/isa/encode.hpp"
#include "models/hart/isa/instruction_table.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t pattern_count = std::uint64_t{1} << 32;

/// Bits that decode ignores and encode sets to 0.
std::uint32_t ignored_bits(const InstructionRow& entry) {
  if (entry.operation == Operation::fence_i) return ~entry.mask;
  if (entry.operation == Operation::fence) return 0x000f8f80;
  if (entry.extension == Extension::a) return 0x06000000;
  return 0;
}

class Sweep {
 public:
  void visit(std::uint32_t bits) {
    const auto instruction = decode(bits, ExtensionSet::all());
    if (!instruction) {
      ++illegal_;
      return;
    }
    if (instruction->length == 2) {
      ++compressed_hits_[static_cast<std::size_t>(instruction->compressed)];
      if (!matches(row(instruction->compressed), static_cast<std::uint16_t>(bits)) ||
          instruction->raw != (bits & 0xffff)) {
        report(bits, "decoded as a compressed instruction that it is not");
      }
    } else {
      ++hits_[static_cast<std::size_t>(instruction->operation)];
      if (instruction->raw != bits || instruction->expanded != bits) {
        report(bits, "decoded with other bits");
      }
    }
    const InstructionRow& entry = row(instruction->operation);
    if ((instruction->expanded & entry.mask) != entry.match) {
      report(bits, "decoded as an instruction that it is not");
    }
    const std::uint32_t again =
        encode(instruction->operation,
               {instruction->rd, instruction->rs1, instruction->rs2, instruction->immediate});
    if (((again ^ instruction->expanded) & ~ignored_bits(entry)) != 0) {
      report(bits, "does not encode back to itself");
    }
  }

  /// Prints the counts; returns the number of failures.
  std::uint64_t finish() {
    std::uint64_t legal = 0;
    for (const InstructionRow& entry : instruction_table) {
      const std::uint64_t encodings = std::uint64_t{1} << __builtin_popcount(~entry.mask);
      const std::uint64_t met = hits_[static_cast<std::size_t>(entry.operation)];
      print_row(entry.mnemonic, met, encodings);
      legal += met;
    }
    for (const CompressedRow& entry : compressed_table) {
      std::uint64_t encodings = 0;
      for (std::uint32_t half = 0; half <= 0xffff; ++half) {
        if (matches(entry, static_cast<std::uint16_t>(half))) encodings += 0x10000;
      }
      const std::uint64_t met = compressed_hits_[static_cast<std::size_t>(entry.form)];
      print_row(entry.mnemonic, met, encodings);
      legal += met;
    }
    std::printf("%-16s %10" PRIu64 "\n%-16s %10" PRIu64 "\n", "legal", legal, "illegal", illegal_);
    if (legal + illegal_ != pattern_count) ++failures_;
    return failures_;
  }

 private:
  void print_row(std::string_view mnemonic, std::uint64_t met, std::uint64_t encodings) {
    std::printf("%-16.*s %10" PRIu64 "%s\n", static_cast<int>(mnemonic.size()), mnemonic.data(),
                met, met == encodings ? "" : "  WRONG: the row has another number of encodings");
    if (met != encodings) ++failures_;
  }

  void report(std::uint32_t bits, const char* what) {
    constexpr std::uint64_t most_shown = 20;
    if (++failures_ <= most_shown) std::printf("0x%08" PRIx32 " %s\n", bits, what);
  }

  std::array<std::uint64_t, operation_count> hits_{};
  std::array<std::uint64_t, compressed_count> compressed_hits_{};
  std::uint64_t illegal_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace
}  // namespace cyclevisor

int main() {
  cyclevisor::Sweep sweep;
  constexpr std::uint64_t progress_step = std::uint64_t{1} << 28;
  for (std::uint64_t bits = 0; bits < cyclevisor::pattern_count; ++bits) {
    sweep.visit(static_cast<std::uint32_t>(bits));
    if (bits % progress_step == 0) std::fprintf(stderr, "0x%08" PRIx64 "\n", bits);
  }
  const std::uint64_t failures = sweep.finish();
  std::printf("%" PRIu64 " failures\n", failures);
  return failures == 0 ? 0 : 1;
}
