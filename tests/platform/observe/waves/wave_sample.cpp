// Writes the sample waves: wave_sample OUTDIR fst|vcd. For the test that opens them in GTKWave.
#include "tests/platform/observe/waves/wave_sample.hpp"

#include <string>
#include <systemc>

int sc_main(int argc, char* argv[]) {
  using namespace cyclevisor;
  if (argc != 3) return 2;
  const WaveFormat format = std::string(argv[2]) == "vcd" ? WaveFormat::vcd : WaveFormat::fst;
  std::filesystem::create_directories(argv[1]);
  return bench::write_wave_sample(argv[1], format) == 0 ? 0 : 1;
}
