#include "platform/soc/tree_writer.hpp"

#include <libfdt.h>

#include <stdexcept>
#include <utility>

namespace cyclevisor {
namespace {

constexpr std::size_t first_blob_bytes = 64 * 1024;

std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }
std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

void check(int error) {
  if (error != 0) throw std::runtime_error(std::string("device tree: ") + fdt_strerror(error));
}

}  // namespace

TreeWriter::TreeWriter() : blob_(first_blob_bytes, '\0') {
  check(fdt_create(blob_.data(), static_cast<int>(blob_.size())));
  check(fdt_finish_reservemap(blob_.data()));
}

template <class Step>
void TreeWriter::write(const Step& step) {
  for (;;) {
    const int error = step(blob_.data());
    if (error != -FDT_ERR_NOSPACE) {
      check(error);
      return;
    }
    std::string larger(2 * blob_.size(), '\0');
    check(fdt_resize(blob_.data(), larger.data(), static_cast<int>(larger.size())));
    blob_ = std::move(larger);
  }
}

void TreeWriter::property(const char* name, const std::string& bytes) {
  write([&](char* blob) {
    return fdt_property(blob, name, bytes.data(), static_cast<int>(bytes.size()));
  });
}

void TreeWriter::node(const std::string& name, const Body& body) {
  write([&](char* blob) { return fdt_begin_node(blob, name.c_str()); });
  body();
  write([](char* blob) { return fdt_end_node(blob); });
}

void TreeWriter::flag(const char* name) { property(name, {}); }

void TreeWriter::text(const char* name, const std::string& value) { property(name, value + '\0'); }

void TreeWriter::texts(const char* name, const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += value + '\0';
  property(name, list);
}

void TreeWriter::cells(const char* name, std::initializer_list<std::uint32_t> values) {
  std::string bytes;
  for (const std::uint32_t value : values) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  }
  property(name, bytes);
}

void TreeWriter::number64(const char* name, std::uint64_t value) {
  cells(name, {high(value), low(value)});
}

void TreeWriter::reg(std::uint64_t first, std::uint64_t bytes) {
  cells("reg", {high(first), low(first), high(bytes), low(bytes)});
}

std::string TreeWriter::finish() {
  write([](char* blob) { return fdt_finish(blob); });
  blob_.resize(fdt_totalsize(blob_.data()));
  return blob_;
}

}  // namespace cyclevisor
