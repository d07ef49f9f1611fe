// random-scenario SEED FOLDER: writes a random scenario, FOLDER/scenario.toml, and its guests. The
// same seed gives the same bytes everywhere.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/system/differential/generator.hpp"
#include "tests/system/differential/random.hpp"
#include "tests/system/equality/timer_program.hpp"

using namespace cyclevisor;
using differential::Random;

namespace {

void write(const std::filesystem::path& path, const void* bytes, std::size_t count) {
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
  file.close();
  if (!file) throw std::runtime_error(path.string() + ": cannot be written");
}

/// Every structure of the pipeline on, off, ideal, and of any size.
std::string timing(Random& random) {
  const auto power = [&](unsigned last) { return std::uint64_t{1} << random.below(last + 1); };
  std::string text = "\n[timing]\n";
  for (const char* cache : {"instruction_cache", "data_cache"}) {
    text += fmt::format("{} = \"{}\"\n", cache, random.percent(75) ? "on" : "off");
    text += fmt::format("{0}_ways = {1}\n{0}_sets = {2}\n{0}_line = {3}\n", cache, power(3),
                        power(6), 16 * power(3));
  }
  for (const char* tlb : {"instruction_tlb", "data_tlb"}) {
    text += fmt::format("{} = {}\n", tlb, random.pick({0, 1, 2, 8, 32}));
  }
  text += fmt::format("predictor = \"{}\"\n", random.percent(50) ? "gshare" : "none");
  text += fmt::format("memory_latency = {}\n", random.pick({0, 0, 1, 7, 40}));
  text += fmt::format("memory_beat = {}\n", random.pick({0, 0, 1, 3}));
  text += fmt::format("divider_bits = {}\n", power(4));
  text += fmt::format("wfi_limit = {}\n", random.pick({0, 0, 100, 5000}));
  return text;
}

void generate(std::uint64_t seed, const std::filesystem::path& folder) {
  Random random(seed);
  const bool native = random.percent(40);
  // The clock divides 10^12, so the ratio has no other factors than 2 and 5.
  const std::uint64_t prescale = random.pick<std::uint64_t>({1, 1, 1, 2, 4, 5, 10, 10, 100});
  constexpr std::uint64_t clock_hz = 100'000'000;

  std::string text =
      fmt::format("name = \"random-{}\"\nstrategy = \"{}\"\n", seed, native ? "native" : "trap");
  text += fmt::format("\n[platform]\nclock_hz = {}\ntimebase_hz = {}\ndram_bytes = \"32MiB\"\n",
                      clock_hz, clock_hz / prescale);
  text += timing(random);
  if (!native) {
    text += fmt::format("\n[hypervisor]\nslice = {}\n",
                        std::max<std::uint64_t>(200, random.between(2'000, 40'000) / prescale));
  }
  text += fmt::format("\n[run]\nmax_cycles = {}\n", native ? 120'000 : 450'000);

  const unsigned vms = native ? 1 : 1 + static_cast<unsigned>(random.below(3));
  for (unsigned vm = 1; vm <= vms; ++vm) {
    const std::string name = fmt::format("guest{}", vm);
    std::vector<std::uint8_t> image;
    if (native && random.percent(25)) {
      // All modes, address translation, protection, the H extension.
      differential::ProgramOptions options;
      options.subject =
          static_cast<differential::Subject>(random.below(differential::subject_count));
      image = differential::generate(random.bits(), options).image;
    } else {
      equality::TimerDistances distances;
      // An emulated access takes some hundred cycles, an interrupt some thousand.
      distances.sweep = (native ? 60 : 2'000) / prescale + 2;
      distances.pause = (native ? 300 : 12'000) / prescale;
      image = equality::timer_program(random, distances);
    }
    write(folder / (name + ".bin"), image.data(), image.size());
    text += fmt::format("\n[[vm]]\nname = \"{0}\"\nimage = \"{0}.bin\"\nmemory = \"2MiB\"\n", name);
    if (random.percent(30)) text += "uart_input = \"typed\"\n";
  }
  write(folder / "scenario.toml", text.data(), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  char* end = nullptr;
  const std::uint64_t seed = argc == 3 ? std::strtoull(argv[1], &end, 10) : 0;
  if (argc != 3 || *argv[1] == '\0' || *end != '\0') {
    fmt::print(stderr, "usage: random-scenario SEED FOLDER\n");
    return 2;
  }
  try {
    generate(seed, argv[2]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "random-scenario: {}\n", error.what());
    return 2;
  }
  return 0;
}
