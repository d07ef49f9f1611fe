// What a device in a shared library has to offer to join the platform (docs/add-a-device.md).
#pragma once

#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>

#include "platform/plugin/parameters.hpp"

namespace cyclevisor {

/// What the platform tells a device: its [[device]] section.
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

/// A TLM-2.0 target. Its transactions have addresses from 0 on; the delay that they come with has
/// to pass before the device acts, and what the access takes is added to it.
class Device {
 public:
  using Socket =
      tlm::tlm_base_target_socket<32, tlm::tlm_fw_transport_if<>, tlm::tlm_bw_transport_if<>, 1>;
  virtual ~Device() = default;
  virtual Socket& socket() = 0;
  /// True while the device will still do something by itself. A hart in WFI that nothing can wake
  /// ends the run as a deadlock.
  virtual bool active() const = 0;
};

/// Changes with every incompatible change of this header or of sink.hpp.
inline constexpr unsigned plugin_interface = 4;

}  // namespace cyclevisor

/// Once in the library: makes a device for each [[device]] that names it. `Type` has a constructor
/// from `const DeviceContext&`; an exception that it throws ends the program with exit code 2.
#define CYCLEVISOR_DEVICE(Type)                                                              \
  extern "C" unsigned cyclevisor_plugin_interface() { return cyclevisor::plugin_interface; } \
  extern "C" cyclevisor::Device* cyclevisor_make_device(                                     \
      const cyclevisor::DeviceContext* context) {                                            \
    return new Type(*context);                                                               \
  }
