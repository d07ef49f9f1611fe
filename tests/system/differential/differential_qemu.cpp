// Runs random programs on QEMU and on the hart and compares them before each instruction.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>

#include "models/hart/isa/instruction_table.hpp"
#include "tests/system/differential/compare.hpp"
#include "tests/system/differential/generator.hpp"
#include "tests/system/differential/known_differences.hpp"

namespace {

using namespace cyclevisor;
using namespace cyclevisor::differential;

constexpr const char* usage =
    "usage: differential-qemu [--seed N] [--programs N] [--instructions N] [--subject NAME]\n"
    "                         [--keep DIR] [--coverage]\n"
    "       differential-qemu --differences\n"
    "\n"
    "Runs random programs, each from a seed of its own, on qemu-system-riscv64 and on the hart.\n"
    "  --seed N          first seed (1)\n"
    "  --programs N      how many (8; 0 = until --instructions is reached)\n"
    "  --instructions N  instructions to compare altogether (no limit)\n"
    "  --subject NAME    integer, atomic, encoding, csr, mode, paging, protection or hypervisor\n"
    "                    (all in turn)\n"
    "  --keep DIR        writes the image of a program that differs there\n"
    "  --coverage        prints modes, traps and operations\n"
    "  --differences     prints the table of known differences and ends\n"
    "Exit code: 0 no difference, 1 a difference, 2 wrong usage or QEMU cannot be run.\n";

/// More than a program that finishes needs; some do not finish.
constexpr std::uint64_t program_limit = 60000;

/// The extensions of both; Svadu because QEMU updates A and D.
constexpr const char* isa = "rv64imac_zicsr_zifencei_zicntr_sstc_svadu_h";

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t programs = 8;
  std::uint64_t instructions = ~std::uint64_t{0};
  std::optional<Subject> subject;
  std::string keep;
  bool coverage = false;
  bool differences = false;
  bool help = false;
};

Subject subject_of(const std::string& text) {
  for (std::size_t i = 0; i < subject_count; ++i) {
    const auto subject = static_cast<Subject>(i);
    if (text == name(subject)) return subject;
  }
  throw std::invalid_argument("no subject '" + text + "'");
}

std::uint64_t number_of(const std::string& text) {
  std::size_t used = 0;
  const std::uint64_t value = std::stoull(text, &used, 0);
  if (used != text.size()) throw std::invalid_argument("not a number: '" + text + "'");
  return value;
}

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string option = arguments[i];
    if (option == "--coverage" || option == "--differences") {
      (option == "--coverage" ? options.coverage : options.differences) = true;
      continue;
    }
    if (option == "--help") {
      options.help = true;
      return options;
    }
    if (i + 1 == count) throw std::invalid_argument("'" + option + "' needs a value");
    const std::string value = arguments[++i];
    if (option == "--seed") {
      options.seed = number_of(value);
    } else if (option == "--programs") {
      options.programs = number_of(value);
    } else if (option == "--instructions") {
      options.instructions = number_of(value);
    } else if (option == "--subject") {
      options.subject = subject_of(value);
    } else if (option == "--keep") {
      options.keep = value;
    } else {
      throw std::invalid_argument("unknown option '" + option + "'");
    }
  }
  return options;
}

void print_differences() {
  std::printf(
      "| subject | QEMU 7.2 | decided by | verdict | treatment |\n| --- | --- | --- | --- | --- "
      "|\n");
  for (const KnownDifference& row : known_differences()) {
    std::printf("| %s | %s | %s | %s | %s |\n", std::string(row.subject).c_str(),
                std::string(row.difference).c_str(), std::string(row.section).c_str(),
                name(row.verdict), name(row.treatment));
  }
}

void print_coverage(const Coverage& coverage) {
  for (const auto& [mode, count] : coverage.instructions_by_mode) {
    std::printf("mode %-2s %llu\n", name(mode), static_cast<unsigned long long>(count));
  }
  for (const auto& [key, count] : coverage.traps) {
    const bool interrupt = (key.second & Trap::interrupt_bit) != 0;
    std::printf("trap to %-2s %s %llu: %llu\n", name(key.first),
                interrupt ? "interrupt" : "exception",
                static_cast<unsigned long long>(key.second & ~Trap::interrupt_bit),
                static_cast<unsigned long long>(count));
  }
  for (std::size_t i = 0; i < coverage.retired_by_operation.size(); ++i) {
    std::printf("retired %-10s %llu\n", std::string(instruction_table[i].mnemonic).c_str(),
                static_cast<unsigned long long>(coverage.retired_by_operation[i]));
  }
}

int run(const Options& options) {
  const ExtensionSet extensions = parse_isa_string(isa);
  Coverage coverage;
  std::array<std::uint64_t, subject_count> by_subject{};
  std::array<std::uint64_t, ending_count> endings{};
  std::uint64_t total = 0;
  int result = 0;
  for (std::uint64_t i = 0; options.programs == 0 || i < options.programs; ++i) {
    if (total >= options.instructions) break;
    const std::uint64_t seed = options.seed + i;
    ProgramOptions program_options;
    program_options.subject =
        options.subject ? *options.subject : static_cast<Subject>(seed % subject_count);
    program_options.hypervisor = extensions.contains(Extension::h);
    const Program program = generate(seed, program_options);
    Comparison comparison(extensions, program.image, coverage);
    const ComparisonResult compared =
        comparison.run(std::min(options.instructions - total, program_limit));
    total += compared.instructions;
    by_subject[static_cast<std::size_t>(program_options.subject)] += compared.instructions;
    ++endings[static_cast<std::size_t>(compared.ending)];
    if (compared.ending != Ending::mismatch) continue;
    result = 1;
    std::printf("DIFFERENCE: --seed %llu --programs 1 --subject %s, instruction %llu\n%s",
                static_cast<unsigned long long>(seed), name(program_options.subject),
                static_cast<unsigned long long>(compared.instructions), compared.report.c_str());
    if (!options.keep.empty()) {
      std::ofstream file(options.keep + "/program-" + std::to_string(seed) + ".bin",
                         std::ios::binary);
      file.write(reinterpret_cast<const char*>(program.image.data()),
                 static_cast<std::streamsize>(program.image.size()));
    }
    break;
  }
  // A hart that computes wrong addresses must not pass by straying.
  const auto ended = [&](Ending ending) { return endings[static_cast<std::size_t>(ending)]; };
  const std::uint64_t lost = ended(Ending::strayed) + ended(Ending::stuck) + ended(Ending::waits);
  const std::uint64_t programs = std::accumulate(endings.begin(), endings.end(), std::uint64_t{0});
  if (lost * 10 > programs + 10) {
    std::printf("too many programs lost their way\n");
    result = 1;
  }
  for (std::size_t i = 0; i < subject_count; ++i) {
    if (by_subject[i] == 0) continue;
    std::printf("%-10s %llu\n", name(static_cast<Subject>(i)),
                static_cast<unsigned long long>(by_subject[i]));
  }
  for (std::size_t i = 0; i < endings.size(); ++i) {
    if (endings[i] == 0) continue;
    std::printf("programs that ended with '%s': %llu\n", name(static_cast<Ending>(i)),
                static_cast<unsigned long long>(endings[i]));
  }
  if (options.coverage) print_coverage(coverage);
  std::printf("instructions compared: %llu\n", static_cast<unsigned long long>(total));
  return result;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  try {
    options = parse(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "differential-qemu: %s\n%s", error.what(), usage);
    return 2;
  }
  if (options.help) {
    std::fputs(usage, stdout);
    return 0;
  }
  if (options.differences) {
    print_differences();
    return 0;
  }
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "differential-qemu: %s\n", error.what());
    return 2;
  }
}
