// What the system on chip offers to its devices.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "models/finisher/finisher.hpp"
#include "models/uart/terminal.hpp"
#include "models/virtio/block_device.hpp"
#include "platform/plugin/device.hpp"
#include "platform/plugin/library.hpp"

namespace cyclevisor {

class SocParts {
 public:
  virtual ~SocParts() = default;

  virtual sc_core::sc_time clock_period() const = 0;
  virtual std::uint64_t clock_hz() const = 0;

  // The parts that the hart depends on; the SoC constructs them itself.
  virtual Device::Socket& dram_socket() = 0;
  virtual Device::Socket& timer_socket() = 0;
  virtual Device::Socket& plic_socket() = 0;

  /// Owns a device from now on. Returns its socket.
  virtual Device::Socket& keep(std::unique_ptr<Device> device) = 0;
  /// Level of the wire from a device to a PLIC source; source 0 is not connected.
  virtual void set_source(unsigned source, bool level) = 0;
  /// Ends the run; the first request counts.
  virtual void finish(const FinisherRequest& request) = 0;
  /// UART number `uart` sends a character.
  virtual void print(unsigned uart, std::uint8_t character) = 0;
  /// What is typed into UART number `uart`.
  virtual const std::vector<TerminalStep>& typed(unsigned uart) const = 0;
  /// Registers a terminal that types into UART number `uart`.
  virtual void add_terminal(unsigned uart, const Terminal& terminal) = 0;
  /// What is on disk number n.
  virtual DiskContents& disk(unsigned n) = 0;
  /// The library of the n-th [[device]] section.
  virtual const PluginLibrary& library(std::size_t n) const = 0;
};

}  // namespace cyclevisor
