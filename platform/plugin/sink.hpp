// The interface of a sink in a shared library (docs/add-a-sink.md).
#pragma once

#include <filesystem>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/plugin/device.hpp"
#include "platform/plugin/parameters.hpp"

namespace cyclevisor {

/// The sink's [[sink]] section, and the software that runs.
struct SinkContext {
  std::string name;
  std::filesystem::path folder;  ///< the output folder; it exists from begin() on
  ObservedPlatform platform;
  PluginParameters parameters;
};

/// The constructor checks its parameters and writes nothing, so that a refused parameter does not
/// cost the user earlier results.
class PluginSink : public Sink {
 public:
  /// Called before the first event.
  virtual void begin() {}
  /// The run ended in this cycle; no further event follows. Results go to the output folder.
  virtual void finish(Cycle end) = 0;
};

}  // namespace cyclevisor

/// Use once in the library, like CYCLEVISOR_DEVICE; the constructor takes a `const SinkContext&`.
#define CYCLEVISOR_SINK(Type)                                                                \
  extern "C" unsigned cyclevisor_plugin_interface() { return cyclevisor::plugin_interface; } \
  extern "C" cyclevisor::PluginSink* cyclevisor_make_sink(                                   \
      const cyclevisor::SinkContext* context) {                                              \
    return new Type(*context);                                                               \
  }
