// Loads the shared libraries of devices and sinks.
#pragma once

#include <memory>

#include "platform/plugin/device.hpp"
#include "platform/plugin/sections.hpp"
#include "platform/plugin/sink.hpp"

namespace cyclevisor {

/// A loaded library. It stays loaded until the process ends, since its code may run until then.
class PluginLibrary {
 public:
  /// Throws ConfigurationError if the file does not exist, cannot be loaded or is no plug-in for
  /// this program.
  explicit PluginLibrary(const PluginSection& section);

  /// Throws ConfigurationError if the library has no device, or if the device refuses its section.
  std::unique_ptr<Device> make_device(const DeviceContext& context) const;
  /// The same for a sink.
  std::unique_ptr<PluginSink> make_sink(const SinkContext& context) const;

 private:
  void* symbol(const char* name, const char* macro) const;

  std::string where_;
  std::string given_;
  void* handle_ = nullptr;
};

}  // namespace cyclevisor
