// The interface of a device in a shared library (docs/add-a-device.md).
#pragma once

#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>

#include "platform/plugin/parameters.hpp"

namespace cyclevisor {

/// The device's [[device]] section.
struct DeviceContext {
  std::string name;  ///< for the device's sc_module
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  sc_core::sc_time clock_period;  ///< of the hart and the bus
  /// Level of the device's wire to the PLIC; call it in the cycle in which the level changes.
  /// Does nothing when the section names no interrupt.
  std::function<void(bool level)> interrupt;
  PluginParameters parameters;
};

/// A TLM-2.0 target. Addresses of transactions begin at 0. The annotated delay has to pass before
/// the device acts, and the duration of the access is added to it.
class Device {
 public:
  using Socket =
      tlm::tlm_base_target_socket<32, tlm::tlm_fw_transport_if<>, tlm::tlm_bw_transport_if<>, 1>;
  virtual ~Device() = default;
  virtual Socket& socket() = 0;
  /// The socket of a device that accesses main memory itself (a bus master); null: it does not.
  /// Only b_transport, from a thread process, and transport_dbg; addresses are physical. What a
  /// transfer takes and when its data is moved: models/bus/master_port.hpp.
  using MasterSocket =
      tlm::tlm_base_initiator_socket<32, tlm::tlm_fw_transport_if<>, tlm::tlm_bw_transport_if<>, 1>;
  virtual MasterSocket* master() { return nullptr; }
  /// True while the device will still act on its own. A hart in WFI that nothing can wake ends the
  /// run as a deadlock.
  virtual bool active() const = 0;
};

/// Changes with every incompatible change of this header or of sink.hpp.
inline constexpr unsigned plugin_interface = 5;

}  // namespace cyclevisor

/// Use once in the library: it makes a device for each [[device]] section that names it. `Type` has
/// a constructor from `const DeviceContext&`; an exception from it ends the program with exit code
/// 2.
#define CYCLEVISOR_DEVICE(Type)                                                              \
  extern "C" unsigned cyclevisor_plugin_interface() { return cyclevisor::plugin_interface; } \
  extern "C" cyclevisor::Device* cyclevisor_make_device(                                     \
      const cyclevisor::DeviceContext* context) {                                            \
    return new Type(*context);                                                               \
  }
