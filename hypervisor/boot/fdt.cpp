#include "hypervisor/boot/fdt.hpp"

namespace cyclevisor::hypervisor {
namespace {

enum TokenCode : uint32_t { begin_node = 1, end_node = 2, prop = 3, nop = 4, end = 9 };

constexpr uint32_t header_bytes = 40;

uint32_t big_endian(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

/// Length of a string that must end within `limit` bytes; UINT32_MAX when it does not.
uint32_t bounded_length(const char* text, uint32_t limit) {
  for (uint32_t i = 0; i < limit; ++i) {
    if (text[i] == 0) return i;
  }
  return UINT32_MAX;
}

/// True when [offset, offset + bytes) lies in a block of `size` bytes.
bool fits(uint32_t offset, uint32_t bytes, uint32_t size) {
  return offset <= size && bytes <= size - offset;
}

}  // namespace

/// One token of the structure block with what follows it.
struct Fdt::Token {
  uint32_t code;
  uint32_t next;         ///< offset of the token behind it
  const char* name;      ///< of a begin_node or prop
  const uint8_t* value;  ///< of a prop
  uint32_t bytes;
};

bool equal(const char* a, const char* b) {
  while (*a != 0 && *a == *b) ++a, ++b;
  return *a == *b;
}

uint32_t Fdt::Property::cell(uint32_t index) const { return big_endian(data + 4 * index); }

uint64_t Fdt::Property::cells_64(uint32_t index) const {
  return uint64_t{cell(index)} << 32 | cell(index + 1);
}

const char* Fdt::Property::string() const {
  if (data == nullptr) return "";
  const char* text = reinterpret_cast<const char*>(data);
  return bounded_length(text, bytes) == UINT32_MAX ? "" : text;
}

bool Fdt::Property::lists(const char* text) const {
  uint32_t at = 0;
  while (at < bytes) {
    const char* entry = reinterpret_cast<const char*>(data) + at;
    const uint32_t length = bounded_length(entry, bytes - at);
    if (length == UINT32_MAX) return false;
    if (equal(entry, text)) return true;
    at += length + 1;
  }
  return false;
}

const char* Fdt::text(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::bad_magic:
      return "no device tree (magic number)";
    case Status::bad_version:
      return "device tree of an unknown version";
    case Status::bad_layout:
      return "device tree's blocks lie outside of it";
    default:
      return "device tree's structure is malformed";
  }
}

Fdt::Status Fdt::open(const uint8_t* blob, uint32_t limit) {
  if (limit < header_bytes || big_endian(blob) != 0xd00dfeed) return Status::bad_magic;
  const uint32_t total = big_endian(blob + 4);
  const uint32_t structure = big_endian(blob + 8);
  const uint32_t strings = big_endian(blob + 12);
  if (big_endian(blob + 24) > 17 || big_endian(blob + 20) < 16) return Status::bad_version;
  strings_bytes_ = big_endian(blob + 32);
  structure_bytes_ = big_endian(blob + 36);
  if (total > limit || (structure & 3) != 0 || !fits(structure, structure_bytes_, total) ||
      !fits(strings, strings_bytes_, total)) {
    return Status::bad_layout;
  }
  structure_ = blob + structure;
  strings_ = reinterpret_cast<const char*>(blob + strings);

  uint32_t depth = 0;
  uint32_t offset = 0;
  bool root_closed = false;
  Token token;
  for (;; offset = token.next) {
    if (!read_token(offset, token)) return Status::bad_structure;
    if (token.code == end) break;
    if (offset == 0 && token.code != begin_node) return Status::bad_structure;
    if (root_closed && token.code != nop) return Status::bad_structure;
    if (token.code == begin_node) ++depth;
    if (token.code == end_node) --depth;
    if (depth == 0 && token.code != nop) root_closed = true;
  }
  return root_closed ? Status::ok : Status::bad_structure;
}

bool Fdt::read_token(uint32_t offset, Token& token) const {
  if (!fits(offset, 4, structure_bytes_)) return false;
  token = Token{big_endian(structure_ + offset), offset + 4, "", nullptr, 0};
  const uint32_t rest = structure_bytes_ - token.next;
  uint32_t used = 0;
  if (token.code == begin_node) {
    token.name = reinterpret_cast<const char*>(structure_ + token.next);
    const uint32_t length = bounded_length(token.name, rest);
    if (length == UINT32_MAX) return false;
    used = length + 1;
  } else if (token.code == prop) {
    if (rest < 8) return false;
    token.bytes = big_endian(structure_ + token.next);
    const uint32_t name = big_endian(structure_ + token.next + 4);
    if (token.bytes > rest - 8 || name >= strings_bytes_) return false;
    token.name = strings_ + name;
    if (bounded_length(token.name, strings_bytes_ - name) == UINT32_MAX) return false;
    token.value = structure_ + token.next + 8;
    used = 8 + token.bytes;
  } else if (token.code != end_node && token.code != nop && token.code != end) {
    return false;
  }
  token.next += (used + 3) & ~uint32_t{3};
  return true;
}

/// The first node at or behind `offset` before the enclosing node ends.
Fdt::Node Fdt::child_from(uint32_t offset) const {
  Token token;
  while (read_token(offset, token) && token.code != end_node && token.code != end) {
    if (token.code == begin_node) return Node{offset};
    offset = token.next;
  }
  return Node{};
}

Fdt::Node Fdt::first_child(Node parent) const {
  Token token;
  if (!parent || !read_token(parent.offset, token)) return Node{};
  return child_from(token.next);
}

Fdt::Node Fdt::next_sibling(Node node) const {
  if (!node) return Node{};
  uint32_t depth = 0;
  uint32_t offset = node.offset;
  Token token;
  while (read_token(offset, token) && token.code != end) {
    offset = token.next;
    if (token.code == begin_node) ++depth;
    if (token.code == end_node && --depth == 0) return child_from(offset);
  }
  return Node{};
}

Fdt::Node Fdt::next(Node node) const {
  if (!node) return Node{};
  uint32_t offset = node.offset;
  Token token;
  while (read_token(offset, token) && token.code != end) {
    if (token.code == begin_node && offset != node.offset) return Node{offset};
    offset = token.next;
  }
  return Node{};
}

const char* Fdt::name(Node node) const {
  Token token;
  return node && read_token(node.offset, token) ? token.name : "";
}

Fdt::Property Fdt::property(Node node, const char* name) const {
  Token token;
  if (!node || !read_token(node.offset, token)) return Property{};
  // A node's properties come before its children.
  while (read_token(token.next, token) && (token.code == prop || token.code == nop)) {
    if (token.code == prop && equal(token.name, name)) return Property{token.value, token.bytes};
  }
  return Property{};
}

Fdt::Node Fdt::find(const char* path) const {
  Node node = root();
  while (node && *path == '/') {
    ++path;
    uint32_t length = 0;
    while (path[length] != 0 && path[length] != '/' && path[length] != ':') ++length;
    if (length == 0) break;
    Node child = first_child(node);
    for (; child; child = next_sibling(child)) {
      const char* child_name = name(child);
      uint32_t i = 0;
      while (i < length && child_name[i] == path[i]) ++i;
      if (i == length && child_name[i] == 0) break;
    }
    node = child;
    path += length;
  }
  return *path == 0 || *path == ':' ? node : Node{};
}

}  // namespace cyclevisor::hypervisor
