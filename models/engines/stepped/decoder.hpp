// Decoding with a cache: the fetch stage sees the same bits again and again.
#pragma once

#include <cstdint>
#include <vector>

#include "models/hart/isa/decode.hpp"

namespace cyclevisor {

class Decoder {
 public:
  struct Decoded {
    std::uint32_t bits = never_fetched;
    bool legal = false;
    /// For bits that are no instruction: a no-operation of their length.
    Instruction instruction;
  };

  explicit Decoder(ExtensionSet extensions) : extensions_(extensions), decoded_(slots) {}

  /// `bits`: 32, or 16 in the low half. Valid until the next call.
  const Decoded& decoded(std::uint32_t bits) {
    Decoded& slot = decoded_[(bits ^ bits >> 13) % slots];
    if (slot.bits != bits) slot = decode_anew(bits);
    return slot;
  }

 private:
  static constexpr std::size_t slots = 4096;
  /// 16-bit encodings have no upper half.
  static constexpr std::uint32_t never_fetched = 0x10000;

  Decoded decode_anew(std::uint32_t bits) const {
    Decoded result;
    result.bits = bits;
    if (const auto instruction = decode(bits, extensions_)) {
      result.legal = true;
      result.instruction = *instruction;
    } else {
      result.instruction.raw = result.instruction.expanded = bits;
      result.instruction.length = is_longer_than_16_bits(bits) ? 4 : 2;
    }
    return result;
  }

  ExtensionSet extensions_;
  std::vector<Decoded> decoded_;
};

}  // namespace cyclevisor
