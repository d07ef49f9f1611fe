// Generates docs/timing.md from the timing table, compares a file with it, or lists the cycles that
// the rows' micro-benchmarks must measure.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "models/timing/timing_table.hpp"

namespace cyclevisor {
namespace {

constexpr int exit_differs = 1;
constexpr int exit_usage = 2;

std::string code(std::string_view text) {
  return text.empty() ? std::string() : "`" + std::string(text) + "`";
}

std::string document() {
  std::ostringstream out;
  out << "# Timing\n\n"
      << "The cost of instructions and events in the pipeline (`models/engines/stepped`), "
         "generated\n"
      << "from `models/timing/timing_table.cpp` by `cyclevisor-timing-doc`; do not edit. The "
         "pipeline\n"
      << "does not look these numbers up: they follow from its stages, caches, TLBs, bus and\n"
      << "predictor, and overlap when several of these wait in the same cycle.\n\n"
      << "\"Cycles\" are in addition to the one cycle that each instruction takes, with the row's\n"
      << "settings and otherwise the defaults ([scenarios.md](scenarios.md)). \"Source\" is the "
         "section\n"
      << "of `tests/timing/rules.md` that states the rule for the reference core, or \"ours\" for "
         "what\n"
      << "the reference core does not have, with the section that it follows by analogy. A program "
         "on\n"
      << "the simulated hart measures each row with `mcycle`: `tests/timing/micro`, tests\n"
      << "`timing: rows`.\n\n"
      << "| row | what | cycles | with | why | changed by | source | micro-benchmark |\n"
      << "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const TimingRow& row : timing_table()) {
    const bool ours = row.source == TimingRow::Source::ours;
    std::string source = ours ? "ours" : "reference";
    if (!row.section.empty()) source += ", section " + std::string(row.section);
    out << "| `" << row.name << "` | " << row.rule << " | " << expected_cycles(row) << " | "
        << code(row.options) << " | " << row.reason << " | " << code(row.settings) << " | "
        << source << " | `" << row.benchmark << "` |\n";
  }
  return out.str();
}

int compare(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (file && content.str() == document()) return 0;
  std::cerr << path << " differs from the timing table; regenerate it with\n"
            << "  cyclevisor-timing-doc > " << path << "\n";
  return exit_differs;
}

/// One line per row: name, cycles, micro-benchmark and options.
void list_rows() {
  for (const TimingRow& row : timing_table()) {
    std::cout << row.name << '|' << expected_cycles(row) << '|' << row.benchmark << '|'
              << row.options << '\n';
  }
}

}  // namespace
}  // namespace cyclevisor

int main(int argc, char** argv) {
  if (argc == 1) {
    std::cout << cyclevisor::document();
    return 0;
  }
  const std::string_view option = argv[1];
  if (argc == 3 && option == "--check") return cyclevisor::compare(argv[2]);
  if (argc == 2 && option == "--rows") {
    cyclevisor::list_rows();
    return 0;
  }
  std::cerr << "usage: cyclevisor-timing-doc [--check FILE | --rows]\n";
  return cyclevisor::exit_usage;
}
