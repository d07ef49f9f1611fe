#include "platform/plugin/library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {

PluginLibrary::PluginLibrary(const PluginSection& section)
    : where_(section.where), given_(section.given) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(section.path, error)) {
    throw ConfigurationError(where_, fmt::format("there is no library '{}' (looked for {})", given_,
                                                 section.path.string()));
  }
  // A name with a slash is a path; the loader searches for other names.
  handle_ = dlopen(std::filesystem::absolute(section.path).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ == nullptr) {
    throw ConfigurationError(where_, fmt::format("cannot load '{}': {}", given_, dlerror()));
  }
  using Interface = unsigned (*)();
  const auto interface = reinterpret_cast<Interface>(
      symbol("cyclevisor_plugin_interface", "CYCLEVISOR_DEVICE or CYCLEVISOR_SINK"));
  if (interface() != plugin_interface) {
    throw ConfigurationError(
        where_, fmt::format("'{}' was made for plug-in interface {}, this program has {}: compile "
                            "it again",
                            given_, interface(), plugin_interface));
  }
}

void* PluginLibrary::symbol(const char* name, const char* macro) const {
  void* found = dlsym(handle_, name);
  if (found == nullptr) {
    throw ConfigurationError(
        where_, fmt::format("'{}' has no symbol {}: it needs {} once", given_, name, macro));
  }
  return found;
}

std::unique_ptr<Device> PluginLibrary::make_device(const DeviceContext& context) const {
  using Make = Device* (*)(const DeviceContext*);
  const auto make = reinterpret_cast<Make>(symbol("cyclevisor_make_device", "CYCLEVISOR_DEVICE"));
  try {
    return std::unique_ptr<Device>(make(&context));
  } catch (const std::exception& error) {
    throw ConfigurationError(where_, fmt::format("device '{}': {}", context.name, error.what()));
  }
}

std::unique_ptr<PluginSink> PluginLibrary::make_sink(const SinkContext& context) const {
  using Make = PluginSink* (*)(const SinkContext*);
  const auto make = reinterpret_cast<Make>(symbol("cyclevisor_make_sink", "CYCLEVISOR_SINK"));
  try {
    return std::unique_ptr<PluginSink>(make(&context));
  } catch (const std::exception& error) {
    throw ConfigurationError(where_, fmt::format("sink '{}': {}", context.name, error.what()));
  }
}

}  // namespace cyclevisor
