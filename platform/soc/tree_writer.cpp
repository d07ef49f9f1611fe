#include "platform/soc/tree_writer.hpp"

#include <libfdt.h>

#include <stdexcept>

namespace cyclevisor {
namespace {

constexpr std::size_t blob_bytes = 64 * 1024;

std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }
std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

void check(int error) {
  if (error != 0) throw std::runtime_error(std::string("device tree: ") + fdt_strerror(error));
}

}  // namespace

TreeWriter::TreeWriter() : blob_(blob_bytes, '\0') {
  check(fdt_create(blob_.data(), static_cast<int>(blob_.size())));
  check(fdt_finish_reservemap(blob_.data()));
}

void TreeWriter::node(const std::string& name, const Body& body) {
  check(fdt_begin_node(blob_.data(), name.c_str()));
  body();
  check(fdt_end_node(blob_.data()));
}

void TreeWriter::flag(const char* name) { check(fdt_property(blob_.data(), name, nullptr, 0)); }

void TreeWriter::text(const char* name, const std::string& value) {
  check(fdt_property_string(blob_.data(), name, value.c_str()));
}

void TreeWriter::texts(const char* name, const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += value + '\0';
  check(fdt_property(blob_.data(), name, list.data(), static_cast<int>(list.size())));
}

void TreeWriter::cells(const char* name, std::initializer_list<std::uint32_t> values) {
  std::string bytes;
  for (const std::uint32_t value : values) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  }
  check(fdt_property(blob_.data(), name, bytes.data(), static_cast<int>(bytes.size())));
}

void TreeWriter::number64(const char* name, std::uint64_t value) {
  cells(name, {high(value), low(value)});
}

void TreeWriter::reg(std::uint64_t first, std::uint64_t bytes) {
  cells("reg", {high(first), low(first), high(bytes), low(bytes)});
}

std::string TreeWriter::finish() {
  check(fdt_finish(blob_.data()));
  blob_.resize(fdt_totalsize(blob_.data()));
  return blob_;
}

}  // namespace cyclevisor
