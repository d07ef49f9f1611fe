// What to simulate: the platform, the hypervisor, the virtual machines.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/engines/factory.hpp"
#include "models/hart/isa/extensions.hpp"
#include "models/rtl_bridge/apb_timer.hpp"
#include "models/timing/settings.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/waves/wave_window.hpp"
#include "platform/plugin/sections.hpp"
#include "platform/scenario/landmark_sections.hpp"

namespace cyclevisor {

/// How the guests share the timer. The order is that of the names in the settings table.
enum class Strategy : std::uint8_t {
  native,  ///< one guest alone on the hardware
  trap,    ///< trap-and-emulate hypervisor, guests in U-mode
};

/// The format of the wave file.
enum class WaveChoice : std::uint8_t { none, fst, vcd };

/// What happens when a VM's guest makes no progress but traps. The order is that of the names in
/// the settings table.
enum class StuckVm : std::uint8_t { report, stop };

/// A file that a scenario names: the path as given, which reports show, and the resolved path.
struct InputFile {
  std::string given;
  std::filesystem::path path;

  bool empty() const { return given.empty(); }
};

struct ScenarioVm {
  std::string name;
  InputFile image;
  std::uint64_t memory_bytes = 0;
  InputFile device_tree;   ///< empty: generated
  std::string uart_input;  ///< typed into its UART, with escapes (docs/uart-input.md)
  InputFile uart_script;   ///< a script instead
  std::string bootargs;    ///< in the generated device tree
  LatencyBounds bounds;    ///< in [bounds]
  InputFile disk;          ///< raw contents of its virtio disk; empty: it has none
};

struct Scenario {
  std::string name;
  Strategy strategy = Strategy::trap;
  std::uint64_t clock_hz = 0;
  std::uint64_t timebase_hz = 0;
  std::uint64_t dram_bytes = 0;
  std::string isa;
  bool adue = false;  ///< Svadu, on from reset
  SyncMode sync = SyncMode::fast;
  EngineChoice engine = EngineChoice::fast;
  PipelineSettings timing;
  InputFile firmware;  ///< empty: the native guest starts in M-mode
  InputFile hypervisor_image;
  std::uint64_t slice = 0;       ///< in ticks of mtime
  std::uint64_t max_cycles = 0;  ///< 0 = no limit
  WaveChoice wave = WaveChoice::none;
  std::uint64_t wave_first = 0;  ///< in cycles, from the trigger on
  std::uint64_t wave_last = 0;   ///< the same; 0 = to the end of the run
  WaveTrigger wave_trigger = WaveTrigger::none;
  StuckVm stuck_vm = StuckVm::report;
  std::vector<ScenarioVm> vms;
  std::vector<DeviceSection> devices;  ///< plug-in devices
  std::vector<SinkSection> sinks;
  std::vector<LandmarkSection> landmarks;
  std::vector<IntervalSection> intervals;

  /// The extensions of the hart. `isa` has been checked.
  ExtensionSet extensions() const {
    const ExtensionSet given = parse_isa_string(isa);
    return adue ? given.with(Extension::svadu) : given;
  }
  /// `hypervisor_image` runs in M-mode.
  bool hypervised() const { return strategy != Strategy::native; }
  /// Clock cycles per tick of mtime.
  unsigned prescale() const { return static_cast<unsigned>(clock_hz / timebase_hz); }
};

}  // namespace cyclevisor
