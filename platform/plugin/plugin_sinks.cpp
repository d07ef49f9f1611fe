#include "platform/plugin/plugin_sinks.hpp"

namespace cyclevisor {

PluginSinks::PluginSinks(const std::vector<SinkSection>& sections,
                         const std::filesystem::path& folder, const ObservedPlatform& platform) {
  for (const SinkSection& section : sections) {
    sinks_.push_back(
        PluginLibrary(section).make_sink({section.name, folder, platform, section.parameters}));
  }
}

void PluginSinks::attach(EventStream& stream) {
  for (const auto& sink : sinks_) {
    sink->begin();
    stream.attach(*sink);
  }
}

void PluginSinks::finish(Cycle end) {
  for (const auto& sink : sinks_) sink->finish(end);
}

}  // namespace cyclevisor
