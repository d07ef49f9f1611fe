#include "platform/base/input_folders.hpp"

#include <system_error>

namespace cyclevisor {
namespace {

std::filesystem::path program_folder() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path(".") : self.parent_path();
}

}  // namespace

std::filesystem::path firmware_folder() { return program_folder().parent_path() / "firmware"; }
std::filesystem::path linux_folder() { return program_folder().parent_path() / "linux"; }
std::filesystem::path scenario_folder() { return program_folder().parent_path() / "scenarios"; }

std::filesystem::path locate_input(const std::string& given, const std::filesystem::path& folder) {
  if (given.rfind(firmware_prefix, 0) == 0)
    return firmware_folder() / given.substr(firmware_prefix.size());
  if (given.rfind(linux_prefix, 0) == 0) return linux_folder() / given.substr(linux_prefix.size());
  return folder / given;
}

}  // namespace cyclevisor
