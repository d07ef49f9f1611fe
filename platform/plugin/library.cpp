#include "platform/plugin/library.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <fstream>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

/// The loader maps what the program headers promise: from a file that is cut off it gets SIGBUS.
bool is_cut_off(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr header{};
  if (!file.read(reinterpret_cast<char*>(&header), sizeof header)) return false;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return false;  // the loader says so
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (header.e_shoff > size || header.e_phoff > size) return true;
  file.seekg(static_cast<std::streamoff>(header.e_phoff));
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    if (!file.read(reinterpret_cast<char*>(&segment), sizeof segment)) return true;
    if (segment.p_type != PT_LOAD) continue;
    if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset) return true;
  }
  return false;
}

}  // namespace

PluginLibrary::PluginLibrary(const PluginSection& section)
    : where_(section.where), given_(section.given) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(section.path, error)) {
    throw ConfigurationError(where_, fmt::format("there is no library '{}' (looked for {})", given_,
                                                 section.path.string()));
  }
  if (is_cut_off(section.path)) {
    throw ConfigurationError(where_,
                             fmt::format("'{}' is cut off: copy or build it again", given_));
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
