#include "platform/soc/soc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "models/engines/factory.hpp"
#include "platform/base/configuration_error.hpp"
#include "platform/boot/device_tree.hpp"
#include "platform/scenario/scenario_reader.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t picoseconds_a_second = 1'000'000'000'000;
// The CPU's two sockets. Instructions are fetched from main memory only, as on QEMU's `virt`.
constexpr unsigned fetch_initiator = 0;
constexpr unsigned data_initiator = 1;
constexpr unsigned initiators = 2;
constexpr std::uint64_t data_only = std::uint64_t{1} << data_initiator;

std::vector<BusWindow> bus_windows(const SocConfig& config) {
  std::vector<BusWindow> map{
      {"dram", PhysicalAddress(dram_base), config.dram_bytes},
      {"finisher", PhysicalAddress(0x0010'0000), 0x1000, data_only},
      {"timer", PhysicalAddress(0x0200'0000), 0x10000, data_only},
      {"plic", PhysicalAddress(plic_address), plic_bytes, data_only},
  };
  for (unsigned n = 0; n < config.uarts; ++n) {
    map.push_back({"uart" + std::to_string(n), PhysicalAddress(uart_address(n)), 0x100, data_only});
  }
  for (const SocDevice& device : config.devices) {
    map.push_back({device.section.name, PhysicalAddress(device.section.address),
                   device.section.bytes, data_only});
  }
  return map;
}

/// The line to a terminal: start bit, eight data bits, stop bit.
constexpr std::uint64_t baud_rate = 115200;
constexpr std::uint64_t bits_a_character = 10;

constexpr unsigned seip_line = 9;
constexpr unsigned meip_line = 11;

PlatformMemoryMap memory_map(const SocConfig& config) {
  std::vector<BusWindow> devices = bus_windows(config);
  const BusWindow dram = devices.front();
  devices.erase(devices.begin());
  return {dram.first, dram.bytes, std::move(devices)};
}

CpuConfig cpu_config(const SocConfig& config, sc_core::sc_time period, const MemoryMap& map) {
  CpuConfig cpu;
  cpu.hart = config.hart;
  cpu.engine = engine_factory(config.engine, config.timing, map);
  cpu.clock_period = period;
  cpu.prescale = config.prescale;
  cpu.sync = config.sync;
  cpu.limit = config.limit;
  return cpu;
}

}  // namespace

void check_devices(const SocConfig& config) {
  const std::vector<BusWindow> map = bus_windows(config);
  std::map<unsigned, std::string> interrupts;
  for (unsigned n = 0; n < config.uarts; ++n) interrupts[uart_interrupt(n)] = "a UART";
  std::size_t window = map.size() - config.devices.size();
  for (const SocDevice& device : config.devices) {
    const DeviceSection& section = device.section;
    for (std::size_t other = 0; other < window; ++other) {
      const std::uint64_t first = map[other].first.value;
      if (section.address >= first + map[other].bytes || first >= section.address + section.bytes) {
        continue;
      }
      throw ConfigurationError(
          section.where,
          fmt::format("device '{}' at {:#x} + {:#x} overlaps '{}' at {:#x} + {:#x}", section.name,
                      section.address, section.bytes, map[other].name, first, map[other].bytes));
    }
    ++window;
    if (section.interrupt == 0) continue;
    const auto [taken, added] = interrupts.emplace(section.interrupt, "'" + section.name + "'");
    if (added) continue;
    throw ConfigurationError(section.where,
                             fmt::format("device '{}': interrupt {} is that of {}", section.name,
                                         section.interrupt, taken->second));
  }
}

Soc::Soc(sc_core::sc_module_name name, const SocConfig& config, EventStream& events,
         const Console& console)
    : sc_module(name),
      period_(static_cast<double>(picoseconds_a_second / config.clock_hz), sc_core::SC_PS),
      memory_map_(memory_map(config)),
      bus_("bus", initiators, bus_windows(config)),
      // Tightly coupled: what an access costs is the hart's timing model's business.
      dram_("dram", config.dram_bytes, sc_core::SC_ZERO_TIME),
      plic_("plic", period_,
            [this](Plic::Context context, bool level) {
              cpu_.set_interrupt_line(context == Plic::machine ? meip_line : seip_line, level);
            }),
      finisher_("finisher", period_,
                [this](const FinisherRequest& request) {
                  if (!finished_) finished_ = request;
                  cpu_.stop();
                }),
      timer_("timer", period_, config.prescale, config.sync, events, config.wave_format),
      cpu_("cpu", cpu_config(config, period_, memory_map_), timer_, events),
      trap_loop_detector_([this](const Trap& trap) {
        if (!trap_loop_) trap_loop_ = trap;
        cpu_.stop();
      }) {
  cpu_.fetch_socket.bind(bus_.from_initiator[fetch_initiator]);
  cpu_.data_socket.bind(bus_.from_initiator[data_initiator]);
  bus_.to_target[0].bind(dram_.socket);
  bus_.to_target[1].bind(finisher_.socket);
  bus_.to_target[2].bind(timer_.socket);
  bus_.to_target[3].bind(plic_.socket);
  for (unsigned n = 0; n < config.uarts; ++n) add_uart(n, config, console);
  unsigned window = 4 + config.uarts;
  for (const SocDevice& device : config.devices) add_device(device, window++);
  cpu_.set_activity([this] {
    return std::any_of(
               terminals_.begin(), terminals_.end(),
               [](const auto& terminal) { return terminal != nullptr && terminal->active(); }) ||
           std::any_of(devices_.begin(), devices_.end(),
                       [](const auto& device) { return device->active(); });
  });
  events.attach(trap_loop_detector_);
}

void Soc::add_device(const SocDevice& device, unsigned window) {
  DeviceContext context;
  context.name = device.section.name;
  context.address = device.section.address;
  context.bytes = device.section.bytes;
  context.clock_period = period_;
  context.parameters = device.section.parameters;
  context.interrupt = [this, source = device.section.interrupt](bool level) {
    if (source != 0) plic_.set_source(source, level);
  };
  devices_.push_back(device.library.make_device(context));
  bus_.to_target[window].bind(devices_.back()->socket());
}

void Soc::add_uart(unsigned n, const SocConfig& config, const Console& console) {
  const std::string name = "uart" + std::to_string(n);
  uarts_.push_back(std::make_unique<Uart>(
      name.c_str(), period_,
      [this, console, n](std::uint8_t character) {
        console(n, character);
        if (terminals_[n] != nullptr) terminals_[n]->receive(character);
      },
      [this, n](bool level) { plic_.set_source(uart_interrupt(n), level); }));
  bus_.to_target[4 + n].bind(uarts_.back()->socket);
  terminals_.emplace_back();
  if (n >= config.typed.size() || config.typed[n].empty()) return;
  // A whole number of clock cycles, so that characters arrive with the clock.
  const std::uint64_t cycles = (config.clock_hz * bits_a_character + baud_rate - 1) / baud_rate;
  terminals_.back() = std::make_unique<Terminal>(
      ("terminal" + std::to_string(n)).c_str(), period_,
      sc_core::sc_time::from_value(cycles * period_.value()), config.typed[n],
      [this, n](std::uint8_t character) { uarts_[n]->receive(character); });
}

}  // namespace cyclevisor
