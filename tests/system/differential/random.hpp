// Random numbers that are the same on every host, unlike the standard library's distributions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace cyclevisor::differential {

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// 0 .. count - 1; the bias of the remainder does not matter here.
  std::uint64_t below(std::uint64_t count) { return (bits() >> 11) % count; }

  /// first .. last, both included.
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first) + 1));
  }

  bool percent(unsigned chance) { return below(100) < chance; }

  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }

  template <class Container>
  const auto& from(const Container& values) {
    return values[below(values.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace cyclevisor::differential
