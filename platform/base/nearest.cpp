#include "platform/base/nearest.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

namespace cyclevisor {
namespace {

constexpr std::size_t most = 3;
/// Longer words are not looked at: no known one is that long.
constexpr std::size_t longest = 80;

std::string folded(std::string_view word) {
  std::string text;
  for (const char c : word) {
    text += c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

/// The optimal string alignment distance.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.size()][b.size()];
}

}  // namespace

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  if (word.empty() || word.size() > longest) return {};
  const std::string wanted = folded(word);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const std::string& candidate : known) {
    const std::string text = folded(candidate);
    const std::size_t dot = text.rfind('.');
    const bool last_part = dot != std::string::npos && text.substr(dot + 1) == wanted;
    const std::size_t edits = last_part ? 0 : distance(wanted, text);
    if (edits <= std::max<std::size_t>(1, wanted.size() / 4)) found.emplace_back(edits, candidate);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> words;
  for (auto& [edits, candidate] : found) {
    if (words.size() < most) words.push_back(std::move(candidate));
  }
  return words;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         const std::string& otherwise, const std::string& prefix) {
  const std::vector<std::string> words = nearest(word, known);
  if (words.empty()) return otherwise;
  std::string text = "; did you mean ";
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) text += i + 1 == words.size() ? " or " : ", ";
    text += "'" + prefix + words[i] + "'";
  }
  return text + "?";
}

std::string joined(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list.empty() ? "none" : list;
}

std::string those_that_are(const std::vector<std::string>& names) {
  return "; there are: " + joined(names);
}

}  // namespace cyclevisor
