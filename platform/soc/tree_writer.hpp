// Writes a flattened device tree from its root on.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace cyclevisor {

/// Errors of libfdt become std::runtime_error.
class TreeWriter {
 public:
  using Body = std::function<void()>;

  TreeWriter();

  void node(const std::string& name, const Body& body);
  void flag(const char* name);
  void text(const char* name, const std::string& value);
  /// A list of strings, each ended by a zero byte.
  void texts(const char* name, const std::vector<std::string>& values);
  void cells(const char* name, std::initializer_list<std::uint32_t> values);
  /// Two cells.
  void number64(const char* name, std::uint64_t value);
  /// An address and a size of two cells each.
  void reg(std::uint64_t first, std::uint64_t bytes);

  /// The tree; nothing can be added afterwards.
  std::string finish();

 private:
  /// Repeats a step of libfdt with a larger blob until there is room.
  template <class Step>
  void write(const Step& step);
  void property(const char* name, const std::string& bytes);
  std::string blob_;
};

}  // namespace cyclevisor
