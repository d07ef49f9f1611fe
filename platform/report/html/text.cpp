#include "platform/report/html/text.hpp"

#include <fmt/format.h>

#include <array>

namespace cyclevisor::html {
namespace {

constexpr const char* replacement = "\xef\xbf\xbd";

/// Length of the UTF-8 sequence at `at` (RFC 3629, section 4); 0 if there is none.
std::size_t sequence(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(at + 1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return overlong || beyond ? 0 : length;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence(text, at);
    const char c = text[at];
    const bool control = length == 1 && (c == 0x7f || (c < ' ' && c != '\n' && c != '\t'));
    if (length == 0 || control) {
      result += replacement;
    } else if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\'') {
      result += "&#39;";
    } else {
      result += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return result;
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string duration(double cycles, std::uint64_t clock_hz) {
  struct Unit {
    double seconds;
    const char* name;
  };
  static constexpr std::array<Unit, 4> units = {
      {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}}};
  const double seconds = cycles / static_cast<double>(clock_hz);
  if (seconds <= 0) return "0";
  // The largest unit in which the number, rounded to three digits, is not below 1.
  for (const Unit& unit : units) {
    const double number = seconds / unit.seconds;
    if (number < 0.9995 && unit.seconds > 1e-9) continue;
    return fmt::format("{:.{}f} {}", number,
                       number < 9.995   ? 2
                       : number < 99.95 ? 1
                                        : 0,
                       unit.name);
  }
  return {};
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (part == 0 || whole == 0) return "0 %";
  // A part that is not zero is not shown as "0 %".
  if (2000.0 * static_cast<double>(part) < static_cast<double>(whole)) return "< 0.1 %";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string shell_quote(const std::string& word) {
  const auto unquoted = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=:,@%+").find(c) != std::string_view::npos;
  };
  bool all_unquoted = !word.empty();
  for (const char c : word) all_unquoted = all_unquoted && unquoted(c);
  if (all_unquoted) return word;
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

}  // namespace cyclevisor::html
