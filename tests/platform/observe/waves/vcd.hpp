// A reader for VCD files (IEEE 1800, "Extended VCD"), as much as the wave tests need.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace cyclevisor::bench {

/// Every signal by its full name ("platform.hart.pc[63:0]") with its changes: picosecond and value.
class Vcd {
 public:
  using Changes = std::vector<std::pair<std::uint64_t, std::string>>;

  explicit Vcd(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::uint64_t time = 0;
    std::map<std::string, Changes> by_code;
    std::map<std::string, std::string> codes;  // name -> code
    std::vector<std::string> scopes;
    while (std::getline(file, line)) {
      std::istringstream words(line);
      std::string word;
      words >> word;
      if (word == "$scope") {
        std::string kind, name;
        words >> kind >> name;
        scopes.push_back(name);
      } else if (word == "$upscope") {
        scopes.pop_back();
      } else if (word == "$var") {
        std::string kind, bits, code, name, range;
        words >> kind >> bits >> code >> name >> range;
        std::string full;
        for (const std::string& scope : scopes) full += scope + ".";
        codes[full + name + (range == "$end" ? "" : range)] = code;
      } else if (word[0] == '#') {
        time = std::stoull(word.substr(1));
        times_.push_back(time);
      } else if (word[0] == 'b') {
        std::string code;
        words >> code;
        add(by_code[code], time, word.substr(1));
      } else if (word[0] == '0' || word[0] == '1') {
        add(by_code[word.substr(1)], time, word.substr(0, 1));
      }
    }
    for (const auto& [name, code] : codes) signals_[name] = by_code[code];
  }

  bool has(const std::string& name) const { return signals_.count(name) != 0; }
  const std::map<std::string, Changes>& signals() const { return signals_; }
  const std::vector<std::uint64_t>& times() const { return times_; }

  /// The value that stands at a time; ~0 before the first change and for unknown names.
  std::uint64_t at(const std::string& name, std::uint64_t time) const {
    std::uint64_t value = ~std::uint64_t{0};
    const auto found = signals_.find(name);
    if (found == signals_.end()) return value;
    for (const auto& [when, text] : found->second) {
      if (when > time) break;
      value = std::stoull(text, nullptr, 2);
    }
    return value;
  }

 private:
  /// Leading zeros are a matter of taste between writers.
  static void add(Changes& changes, std::uint64_t time, const std::string& value) {
    const auto first = value.find('1');
    const std::string plain = first == std::string::npos ? "0" : value.substr(first);
    if (changes.empty() || changes.back().second != plain) changes.emplace_back(time, plain);
  }

  std::map<std::string, Changes> signals_;
  std::vector<std::uint64_t> times_;
};

}  // namespace cyclevisor::bench
