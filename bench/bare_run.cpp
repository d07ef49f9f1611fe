// Runs a program on the fast engine without platform and observers, for bench/compare-qemu:
//
//   bare_run PROGRAM.elf on|off none|gshare
//
// with the caches on or off and that predictor. Prints what was executed as JSON.
#include <cstdio>
#include <exception>
#include <string>
#include <systemc>

#include "bench/bare_machine.hpp"
#include "models/engines/blocks/blocks_engine.hpp"

using namespace cyclevisor;

int sc_main(int argc, char** argv) {
  const std::string caches = argc == 4 ? argv[2] : "";
  const std::string predictor = argc == 4 ? argv[3] : "";
  if ((caches != "on" && caches != "off") || (predictor != "none" && predictor != "gshare")) {
    std::fprintf(stderr, "usage: bare_run PROGRAM.elf on|off none|gshare\n");
    return 2;
  }
  PipelineSettings settings;
  const CachePresence presence = caches == "on" ? CachePresence::on : CachePresence::off;
  settings.instruction_cache.presence = settings.data_cache.presence = presence;
  settings.predictor = predictor == "gshare" ? Predictor::gshare : Predictor::none;
  try {
    bench::BareMachine machine(
        argv[1], [&settings](const MemoryMap& map) { return blocks_engine(settings, map); });
    machine.run();
    std::printf("{ \"instructions\": %llu, \"cycles\": %llu }\n",
                static_cast<unsigned long long>(machine.instructions()),
                static_cast<unsigned long long>(machine.cycles().value));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bare_run: %s\n", error.what());
    return 1;
  }
  return 0;
}
