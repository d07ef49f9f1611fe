// Reader of flattened device trees (Devicetree Specification v0.4, chapter 5), as far as the
// hypervisor needs them. `open` checks the whole blob once, so that afterwards every node and
// property lies inside it.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

/// Compares zero-terminated strings.
bool equal(const char* a, const char* b);

class Fdt {
 public:
  enum class Status : uint8_t {
    ok,
    bad_magic,
    bad_version,    ///< not compatible with version 16
    bad_layout,     ///< blocks lie outside the blob or are misaligned
    bad_structure,  ///< unknown token, unbalanced nodes, or a property outside its block
  };
  static const char* text(Status status);

  /// A node: where its FDT_BEGIN_NODE token lies in the structure block. Default: no node.
  struct Node {
    uint32_t offset = UINT32_MAX;
    explicit operator bool() const { return offset != UINT32_MAX; }
  };

  /// A property's value; `data` is nullptr when the node has no such property.
  struct Property {
    const uint8_t* data = nullptr;
    uint32_t bytes = 0;
    explicit operator bool() const { return data != nullptr; }

    bool has_cells(uint32_t cells) const { return data != nullptr && bytes == 4 * cells; }
    uint32_t cell(uint32_t index) const;      ///< `index` must be within
    uint64_t cells_64(uint32_t index) const;  ///< cells `index` (high) and `index` + 1
    /// The zero-terminated string at the value's beginning; "" if it does not end inside.
    const char* string() const;
    /// True when the value, a list of strings, has this one.
    bool lists(const char* text) const;
  };

  /// `blob` is aligned to 8 bytes; no more than `limit` bytes of it are looked at.
  Status open(const uint8_t* blob, uint32_t limit);

  Node root() const { return Node{0}; }
  Node first_child(Node parent) const;
  Node next_sibling(Node node) const;
  /// The next node in the order of the tree, whatever its depth.
  Node next(Node node) const;
  const char* name(Node node) const;
  Property property(Node node, const char* name) const;
  /// The node at an absolute path such as "/soc/serial@10000000"; it ends at a ':' as in
  /// stdout-path.
  Node find(const char* path) const;

 private:
  struct Token;
  bool read_token(uint32_t offset, Token& token) const;
  Node child_from(uint32_t offset) const;

  const uint8_t* structure_ = nullptr;
  uint32_t structure_bytes_ = 0;
  const char* strings_ = nullptr;
  uint32_t strings_bytes_ = 0;
};

}  // namespace cyclevisor::hypervisor
