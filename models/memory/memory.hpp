// DRAM as a TLM-2.0 target with DMI.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

namespace cyclevisor {

/// Byte-addressed memory, initially zero. Accepts transfers of any length, with byte enables and
/// streaming, and grants DMI to everything except watched bytes.
class Memory : public sc_core::sc_module {
 public:
  /// Called after a write to any of the watched bytes, with their new value, little-endian.
  using WatchCallback = std::function<void(std::uint64_t value)>;

  tlm_utils::simple_target_socket<Memory> socket;

  /// @param access_time added to the annotated delay by each access; also the DMI latency
  Memory(sc_core::sc_module_name name, std::uint64_t bytes, sc_core::sc_time access_time);

  std::uint64_t size() const { return bytes_; }
  /// The contents, for loading images and for tests.
  std::byte* data() { return data_.get(); }

  /// Watches the 8 bytes at `offset` (aligned) for writes. They are excluded from DMI, and DMI
  /// pointers that cover them are invalidated. Used for `tohost`.
  void watch(std::uint64_t offset, WatchCallback callback);

 private:
  struct Watch {
    std::uint64_t offset;
    WatchCallback callback;
  };
  static constexpr std::uint64_t watch_bytes = 8;

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  void transfer(tlm::tlm_generic_payload& payload);
  void notify_watches(const tlm::tlm_generic_payload& payload);

  struct Free {
    void operator()(std::byte* memory) const;
  };
  std::uint64_t bytes_;
  sc_core::sc_time access_time_;
  std::unique_ptr<std::byte, Free> data_;
  std::vector<Watch> watches_;
};

}  // namespace cyclevisor
