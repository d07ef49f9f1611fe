// Text from outside as it may be shown in a message.
#pragma once

#include <string>
#include <string_view>

namespace cyclevisor {

/// The text with control characters and bytes that are not UTF-8 escaped as \xNN, and cut in its
/// middle if it is longer than `most` bytes: a terminal shows a message, and does not obey it.
std::string printable(std::string_view text, std::size_t most = 400);

/// Whether the text is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace cyclevisor
