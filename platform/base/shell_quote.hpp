// A word as the shell reads it back.
#pragma once

#include <string>
#include <string_view>

namespace cyclevisor {

/// Unchanged if it holds only letters, digits and '/', '.', '-', '_', '+', ',', '=', ':', '@'; otherwise
/// in single quotes.
inline std::string shell_quote(std::string_view word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.-_+,=:@";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace cyclevisor
