// "Did you mean": the known words that are nearest to one that was mistyped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cyclevisor {

/// The words of `known` that differ from `word` by few edits (insertions, deletions, replacements
/// and exchanges of neighbouring letters), or in case or punctuation only, the nearest first; at
/// most three. Where they have dots, also those whose last part is `word`.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

/// "; did you mean 'a' or 'b'?", or `otherwise` if nothing is near. `prefix` is put before each.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         const std::string& otherwise, const std::string& prefix = "");

/// "a, b"; "none" if there are none.
std::string joined(const std::vector<std::string>& words);
/// For `otherwise`: "; there are: a, b".
std::string those_that_are(const std::vector<std::string>& names);

}  // namespace cyclevisor
