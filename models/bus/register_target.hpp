// The common part of register-programmed devices: a device declares its registers in a table and
// gets a TLM-2.0 target that is true to the base protocol.
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
  /// What the device does on a read; returns the value.
  using Read = std::function<std::uint64_t()>;
  /// What the device does on a write; bytes that are not enabled arrive as zero.
  using Write = std::function<void(std::uint64_t)>;

  std::string name;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 1;  ///< 1, 2, 4 or 8; any number in a row that neither reads nor writes
  Read read;                ///< absent: write-only, reads as zero
  Write write;              ///< absent: read-only, writes are ignored
  Read peek;                ///< what a debugger sees, without side effects; absent: as `read`
};

/// A target that consists of registers. A transfer touches every register of which it enables a
/// byte, in ascending order, once for each streaming beat. An offset without a register ends with
/// TLM_ADDRESS_ERROR_RESPONSE before anything is touched. The annotated delay passes before, so
/// that what a device does happens in its own cycle. No DMI.
class RegisterTarget : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<RegisterTarget> socket;

  /// @param access_time what each access adds to the annotated delay
  RegisterTarget(sc_core::sc_module_name name, sc_core::sc_time access_time);

  const std::vector<Register>& registers() const { return registers_; }

 protected:
  /// Which accesses the device decodes: all, or aligned ones of 32 bits.
  enum class AccessWidth { any, word };

  /// The data sheet; to be called once in the constructor, rows in ascending order of offset.
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
