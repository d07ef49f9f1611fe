#include "platform/plugin/section_text.hpp"

#include <fmt/format.h>

namespace cyclevisor {
namespace {

/// A TOML basic string.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      result += '\\';
      result += character;
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\u{:04x}", byte);
    } else {
      result += character;
    }
  }
  return result + '"';
}

std::string parameters_toml(const char* kind, const PluginParameters& parameters) {
  if (parameters.empty()) return "";
  std::string text = fmt::format("[{}.parameters]\n", kind);
  for (const auto& [name, value] : parameters) {
    text += fmt::format("{} = {}\n", quoted(name), quoted(value));
  }
  return text;
}

}  // namespace

std::string sections_toml(const std::vector<DeviceSection>& devices,
                          const std::vector<SinkSection>& sinks) {
  std::string text;
  for (const DeviceSection& device : devices) {
    text += fmt::format("\n[[device]]\nname = {}\nlibrary = {}\naddress = {:#x}\nbytes = {}\n",
                        quoted(device.name), quoted(device.given), device.address, device.bytes);
    if (device.interrupt != 0) text += fmt::format("interrupt = {}\n", device.interrupt);
    text += fmt::format("compatible = {}\n", quoted(device.compatible));
    text += parameters_toml("device", device.parameters);
  }
  for (const SinkSection& sink : sinks) {
    text +=
        fmt::format("\n[[sink]]\nname = {}\nlibrary = {}\n", quoted(sink.name), quoted(sink.given));
    text += parameters_toml("sink", sink.parameters);
  }
  return text;
}

}  // namespace cyclevisor
