// Bodies: random instruction sequences that a program executes in one mode between two launches.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "tests/system/differential/code_buffer.hpp"
#include "tests/system/differential/random.hpp"

namespace cyclevisor::differential {

/// The subject of a program, which determines the weights of its parts.
enum class Subject : std::uint8_t {
  integer,     ///< M-mode: I, M, C, loads and stores, also misaligned, control flow
  atomic,      ///< M-mode: A
  encoding,    ///< M-mode: encodings near the legal ones
  csr,         ///< M-mode: CSR accesses
  mode,        ///< M, S and U with delegation, without address translation
  paging,      ///< S and U under Sv39 and Sv48
  protection,  ///< PMP
  hypervisor,  ///< VS and VU, HLV and HSV, two-stage translation
};

inline constexpr std::size_t subject_count = 8;
const char* name(Subject subject);

/// The environment of a body.
struct BodyContext {
  Subject subject = Subject::integer;
  PrivilegeMode mode = PrivilegeMode::machine;
  /// True when loads and stores are translated.
  bool translated = false;
  /// True when translation prevents the body from reaching devices with any address.
  bool confined = false;
  /// True when addresses may have bits above the translated ones.
  bool wide_addresses = true;
  /// True when the code is writable (physical addresses).
  bool code_writable = false;
};

class BodyGenerator {
 public:
  BodyGenerator(Random& random, CodeBuffer& code) : random_(random), code_(code) {}

  /// Generates about `items` random items, followed by an environment call.
  void generate(const BodyContext& context, unsigned items);

  /// Loads addresses into the registers that memory instructions use.
  void pointers(const BodyContext& context);
  /// Loads a value into every register except the pointers.
  void fill_registers();

 private:
  void item(unsigned depth);
  void arithmetic();
  void interesting_value();
  void compressed();
  void memory_access();
  void atomic();
  void reservation_pair();
  void near_legal();
  void forward_branch(unsigned depth);
  void loop(unsigned depth);
  void computed_jump();
  void wild_jump();
  void self_modification();
  void csr_read();
  void csr_write();
  void system();
  void guest_access();

  std::uint64_t random_address();
  /// True when any address may be used.
  bool may_go_astray() const {
    return context_.confined && context_.mode != PrivilegeMode::machine;
  }
  unsigned pointer();
  unsigned any() { return static_cast<unsigned>(random_.below(32)); }
  unsigned destination();
  /// Pads a trapping 16-bit instruction: handlers skip four bytes.
  void pad();

  Random& random_;
  CodeBuffer& code_;
  BodyContext context_;
  unsigned loop_register_ = 0;
};

}  // namespace cyclevisor::differential
