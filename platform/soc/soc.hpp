// The system on chip: hart, bus, DRAM, UARTs, PLIC, finisher and the RTL timer, put together.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <systemc>
#include <vector>

#include "models/bus/bus.hpp"
#include "models/cpu/cpu.hpp"
#include "models/cpu/trap_loop.hpp"
#include "models/engines/factory.hpp"
#include "models/finisher/finisher.hpp"
#include "models/memory/memory.hpp"
#include "models/plic/plic.hpp"
#include "models/probe/event_stream.hpp"
#include "models/rtl_bridge/apb_timer.hpp"
#include "models/timing/settings.hpp"
#include "models/uart/terminal.hpp"
#include "models/uart/uart.hpp"
#include "platform/plugin/library.hpp"
#include "platform/soc/memory_map.hpp"

namespace cyclevisor {

/// A device of the user's own.
struct SocDevice {
  DeviceSection section;
  PluginLibrary library;
};

struct SocConfig {
  HartConfig hart;
  EngineChoice engine = EngineChoice::fast;
  PipelineSettings timing;
  std::uint64_t clock_hz = 100'000'000;
  unsigned prescale = 10;
  std::uint64_t dram_bytes = 0;
  unsigned uarts = 1;
  /// What is typed into UART n; nothing into those behind the last.
  std::vector<std::vector<TerminalStep>> typed;
  SyncMode sync = SyncMode::fast;
  Cycle limit = Cycle::never();
  WaveFormat wave_format = WaveFormat::fst;
  std::vector<SocDevice> devices;
};

/// Throws ConfigurationError when a device's addresses or its interrupt are taken already.
void check_devices(const SocConfig& config);

/// The memory map of QEMU's `virt` machine with further UARTs, each 0x100 after the one before.
class Soc : public sc_core::sc_module {
 public:
  /// Receives what UART number `uart` sends.
  using Console = std::function<void(unsigned uart, std::uint8_t character)>;

  /// `events` must outlive the simulation.
  Soc(sc_core::sc_module_name name, const SocConfig& config, EventStream& events,
      const Console& console);

  Memory& dram() { return dram_; }
  Cpu& cpu() { return cpu_; }
  const Cpu& cpu() const { return cpu_; }
  ApbTimer& timer() { return timer_; }
  /// Who types into UART n; nullptr: nobody.
  const Terminal* terminal(unsigned n) const { return terminals_.at(n).get(); }

  /// What was written to the finisher first; the simulation ends with it.
  const std::optional<FinisherRequest>& finished() const { return finished_; }
  /// The exception in which a trap handler was caught for ever; the simulation ends with it.
  const std::optional<Trap>& trap_loop() const { return trap_loop_; }

 private:
  void add_uart(unsigned n, const SocConfig& config, const Console& console);
  void add_device(const SocDevice& device, unsigned window);

  sc_core::sc_time period_;
  PlatformMemoryMap memory_map_;
  Bus bus_;
  Memory dram_;
  Plic plic_;
  std::vector<std::unique_ptr<Uart>> uarts_;
  std::vector<std::unique_ptr<Terminal>> terminals_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::optional<FinisherRequest> finished_;
  Finisher finisher_;
  ApbTimer timer_;
  Cpu cpu_;
  std::optional<Trap> trap_loop_;
  TrapLoopDetector trap_loop_detector_;
};

}  // namespace cyclevisor
