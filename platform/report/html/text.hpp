// Text for HTML: escaped, and numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cyclevisor::html {

/// `text` for element contents and quoted attributes: nothing in it is markup. Control characters
/// but line feeds and tabs, and bytes that are no UTF-8, become U+FFFD.
std::string escape(std::string_view text);

/// "153,259".
std::string grouped(std::uint64_t number);

/// So many cycles as time: "45 ns", "1.53 µs", "15.3 ms". Three significant digits.
std::string duration(double cycles, std::uint64_t clock_hz);

/// `part` of `whole` in percent: "12.3 %"; "0 %" of nothing.
std::string percent(std::uint64_t part, std::uint64_t whole);

/// A word of a command as a POSIX shell reads it back.
std::string shell_quote(const std::string& word);

}  // namespace cyclevisor::html
