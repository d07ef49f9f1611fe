// golden-compare ELF GOLDEN nobp|gshare [OUT.csv]: runs a timing program on the pipeline and
// compares every row with the reference core's trace. Exit status 0 when all are equal.
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include "timing_program.hpp"

namespace cyclevisor {
namespace {

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

void write(const TraceRows& rows, const std::string& path) {
  std::ofstream stream(path);
  stream << "cycle,pc,insn,priv,event\n";
  for (const std::string& row : rows) stream << row << '\n';
  stream.close();
  if (!stream) throw std::runtime_error("cannot write " + path);
}

int compare(const std::string& elf, const std::string& golden, Predictor predictor,
            const std::string& output) {
  const TraceRows expected = read_trace(golden);
  const std::string& last = expected.back();
  const std::uint64_t last_cycle = std::stoull(last.substr(0, last.find(',')));
  const TraceRows actual = run_program(elf, predictor, last_cycle + last_cycle / 4 + 1000);
  if (!output.empty()) write(actual, output);
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
  const std::string configuration = argc == 4 || argc == 5 ? argv[3] : "";
  if (configuration != "nobp" && configuration != "gshare") {
    std::fprintf(stderr, "usage: golden-compare ELF GOLDEN nobp|gshare [OUT.csv]\n");
    return 2;
  }
  try {
    return compare(argv[1], argv[2],
                   configuration == "gshare" ? Predictor::gshare : Predictor::none,
                   argc == 5 ? argv[4] : "");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "golden-compare: %s\n", error.what());
    return 2;
  }
}
