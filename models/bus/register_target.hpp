// The base class of register-programmed devices: a device declares its registers in a table and
// gets a TLM-2.0 target that complies with the base protocol.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

namespace cyclevisor {

/// One row of a device's register table.
struct Register {
  /// Called on a read; returns the value.
  using Read = std::function<std::uint64_t()>;
  /// Called on a write; bytes that are not enabled are zero.
  using Write = std::function<void(std::uint64_t)>;

  std::string name;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 1;  ///< 1, 2, 4 or 8; any number in a row with neither read nor write
  Read read;                ///< absent: write-only, reads as zero
  Write write;              ///< absent: read-only, writes are ignored
  Read peek;                ///< a debugger's read, without side effects; absent: as `read`
};

/// A target that consists of registers. A transfer accesses every register in which it enables a
/// byte, in ascending order, once per streaming beat. An offset without a register gets
/// TLM_ADDRESS_ERROR_RESPONSE before any register is accessed. The target waits out the annotated
/// delay first, so that the device acts in the right cycle. No DMI.
class RegisterTarget : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<RegisterTarget> socket;

  /// @param access_time added to the annotated delay by each access
  RegisterTarget(sc_core::sc_module_name name, sc_core::sc_time access_time);

  const std::vector<Register>& registers() const { return registers_; }

 protected:
  /// Which accesses the device accepts: all, or only aligned 32-bit ones.
  enum class AccessWidth { any, word };

  /// Declares the register table. Call it once in the constructor, with rows in ascending order of
  /// offset.
  void declare(std::vector<Register> registers, AccessWidth width = AccessWidth::any) {
    registers_ = std::move(registers);
    width_ = width;
  }

 private:
  enum class Effect { access, debug };

  tlm::tlm_response_status transfer(tlm::tlm_generic_payload& payload, Effect effect);
  void transfer_beat(tlm::tlm_generic_payload& payload, unsigned first, unsigned bytes,
                     Effect effect);
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  const Register* find(std::uint64_t offset) const;

  sc_core::sc_time access_time_;
  std::vector<Register> registers_;
  AccessWidth width_ = AccessWidth::any;
};

}  // namespace cyclevisor
