// The system on chip: connects hart, bus, DRAM, UARTs, PLIC, finisher and the RTL timer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <systemc>
#include <vector>

#include "models/bus/bus.hpp"
#include "models/bus/master_port.hpp"
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
#include "platform/plugin/library.hpp"
#include "platform/soc/device_list.hpp"
#include "platform/soc/memory_map.hpp"
#include "platform/soc/soc_parts.hpp"

namespace cyclevisor {

/// A plug-in device.
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
  /// What is typed into UART n; nothing into UARTs beyond the last element.
  std::vector<std::vector<TerminalStep>> typed;
  SyncMode sync = SyncMode::fast;
  Cycle limit = Cycle::never();
  WaveFormat wave_format = WaveFormat::fst;
  std::vector<DiskContents> disks;  ///< in virtio slots, from the first one on
  std::vector<SocDevice> devices;
};

/// Throws ConfigurationError if a device's addresses or its interrupt are already in use.
void check_devices(const SocConfig& config);

/// The memory map is models/base/virt_map.h, the devices are those of device_list.hpp.
class Soc : public sc_core::sc_module, private SocParts {
 public:
  /// Receives each character that UART number `uart` sends.
  using Console = std::function<void(unsigned uart, std::uint8_t character)>;

  /// `events` must outlive the simulation.
  Soc(sc_core::sc_module_name name, const SocConfig& config, EventStream& events,
      const Console& console);

  Memory& dram() { return dram_; }
  Cpu& cpu() { return cpu_; }
  const Cpu& cpu() const { return cpu_; }
  ApbTimer& timer() { return timer_; }
  /// The terminal that types into UART n; null if there is none.
  /// What is on the disks, as the guests have changed it.
  const std::vector<DiskContents>& disks() const { return config_.disks; }
  const Terminal* terminal(unsigned n) const { return terminals_.at(n); }

  /// The first request written to the finisher; the simulation ends with it.
  const std::optional<FinisherRequest>& finished() const { return finished_; }
  /// A trap handler that traps itself forever; the simulation ends with it.
  const std::optional<TrapLoop>& trap_loop() const { return trap_loop_; }

 private:
  // SocParts: called by the rows of the device list, and by the devices.
  sc_core::sc_time clock_period() const override { return period_; }
  std::uint64_t clock_hz() const override { return config_.clock_hz; }
  Device::Socket& dram_socket() override { return dram_.socket; }
  Device::Socket& timer_socket() override { return timer_.socket; }
  Device::Socket& plic_socket() override { return plic_.socket; }
  Device::Socket& keep(std::unique_ptr<Device> device) override;
  void set_source(unsigned source, bool level) override;
  void finish(const FinisherRequest& request) override;
  void print(unsigned uart, std::uint8_t character) override { console_(uart, character); }
  const std::vector<TerminalStep>& typed(unsigned uart) const override;
  void add_terminal(unsigned uart, const Terminal& terminal) override {
    terminals_.at(uart) = &terminal;
  }
  DiskContents& disk(unsigned n) override { return config_.disks.at(n); }
  const PluginLibrary& library(std::size_t n) const override { return config_.devices[n].library; }

  SocConfig config_;
  Console console_;
  sc_core::sc_time period_;
  std::vector<PlatformDevice> list_;
  PlatformMemoryMap memory_map_;
  Bus bus_;
  MasterPort masters_;
  Memory dram_;
  Plic plic_;
  std::vector<const Terminal*> terminals_;  ///< null: nothing is typed there
  std::vector<std::unique_ptr<Device>> devices_;
  std::optional<FinisherRequest> finished_;
  ApbTimer timer_;
  Cpu cpu_;
  std::optional<TrapLoop> trap_loop_;
  TrapLoopDetector trap_loop_detector_;
};

}  // namespace cyclevisor
