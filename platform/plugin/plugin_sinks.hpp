// The sinks that a scenario's [[sink]] sections name, from shared libraries.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "platform/plugin/library.hpp"

namespace cyclevisor {

class PluginSinks {
 public:
  /// Loads the libraries and makes the sinks, which write nothing yet: the output folder `folder`
  /// need not exist. Throws ConfigurationError if a library is no plug-in, or if a sink refuses its
  /// parameters.
  PluginSinks(const std::vector<SinkSection>& sections, const std::filesystem::path& folder,
              const ObservedPlatform& platform);

  /// The folder exists now: the sinks start and receive every event of the stream.
  void attach(EventStream& stream);
  /// The run ended in this cycle.
  void finish(Cycle end);

 private:
  std::vector<std::unique_ptr<PluginSink>> sinks_;
};

}  // namespace cyclevisor
