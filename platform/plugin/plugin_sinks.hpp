// The sinks that a scenario's [[sink]] sections name, from shared libraries.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "platform/plugin/library.hpp"

namespace cyclevisor {

class PluginSinks {
 public:
  /// Loads and makes them, which writes nothing: the output folder `folder` need not be there yet.
  /// ConfigurationError when a library is none, or a sink refuses its parameters.
  PluginSinks(const std::vector<SinkSection>& sections, const std::filesystem::path& folder,
              const ObservedPlatform& platform);

  /// The folder is there: the sinks begin and see every event of the stream.
  void attach(EventStream& stream);
  /// The run has ended in this cycle.
  void finish(Cycle end);

 private:
  std::vector<std::unique_ptr<PluginSink>> sinks_;
};

}  // namespace cyclevisor
