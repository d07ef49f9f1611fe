// golden-compare TRACE.csv GOLDEN.csv.gz: compares every row of a timing trace with the reference
// core's. Exit status 0 when all are equal.
#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace cyclevisor {
namespace {

/// The lines of a trace behind its heading: cycle,pc,insn,priv,event.
using TraceRows = std::vector<std::string>;

void show(const char* title, const TraceRows& rows, std::size_t around) {
  constexpr std::size_t context = 6;
  std::printf("  %s\n", title);
  const std::size_t first = around < context ? 0 : around - context;
  for (std::size_t i = first; i < rows.size() && i <= around + context; ++i) {
    std::printf("  %c %s\n", i == around ? '>' : ' ', rows[i].c_str());
  }
}

/// Columns that say nothing when a fetch failed: the instruction's bits.
std::string comparable(const std::string& row) {
  const bool fetch_fault = row.find("exc:12") != std::string::npos ||
                           (row.size() > 5 && row.compare(row.size() - 5, 5, "exc:1") == 0);
  if (!fetch_fault) return row;
  const std::size_t pc = row.find(',') + 1;
  const std::size_t bits = row.find(',', pc) + 1;
  return row.substr(0, bits) + row.substr(row.find(',', bits));
}

/// The rows of a trace that may be gzip-compressed.
TraceRows read_trace(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw std::runtime_error("cannot read " + path);
  TraceRows rows;
  char text[256];
  while (gzgets(file, text, sizeof text) != nullptr) {
    text[std::strcspn(text, "\r\n")] = '\0';
    rows.emplace_back(text);
  }
  gzclose(file);
  if (rows.empty() || rows.front() != "cycle,pc,insn,priv,event") {
    throw std::runtime_error(path + " is not a timing trace");
  }
  rows.erase(rows.begin());
  return rows;
}

int compare(const TraceRows& actual, const TraceRows& expected) {
  std::size_t equal = 0;
  std::size_t first_difference = expected.size();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const bool same = i < actual.size() && comparable(actual[i]) == comparable(expected[i]);
    equal += same ? 1 : 0;
    if (!same && first_difference == expected.size()) first_difference = i;
  }
  const bool exact = equal == expected.size() && actual.size() == expected.size();
  std::printf("%zu rows, %zu exact (%.3f %%)\n", expected.size(), equal,
              100.0 * static_cast<double>(equal) / static_cast<double>(expected.size()));
  if (exact) return 0;
  std::printf("first difference: row %zu; %zu rows against %zu\n", first_difference + 1,
              actual.size(), expected.size());
  show("reference", expected, first_difference);
  show("model", actual, first_difference);
  return 1;
}

}  // namespace
}  // namespace cyclevisor

int main(int argc, char** argv) {
  using namespace cyclevisor;
  if (argc != 3) {
    std::fprintf(stderr, "usage: golden-compare TRACE.csv GOLDEN.csv.gz\n");
    return 2;
  }
  try {
    return compare(read_trace(argv[1]), read_trace(argv[2]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "golden-compare: %s\n", error.what());
    return 2;
  }
}
