#include "platform/soc/soc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "models/engines/factory.hpp"
#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t picoseconds_per_second = 1'000'000'000'000;
// The CPU's two sockets, and the one for all other bus masters. Instructions are fetched from main
// memory only, as on QEMU's `virt`, and other masters reach nothing else either.
constexpr unsigned fetch_initiator = 0;
constexpr unsigned data_initiator = 1;
constexpr unsigned other_masters = 2;
constexpr unsigned initiators = 3;
constexpr std::uint64_t all_initiators = ~std::uint64_t{0};
constexpr std::uint64_t data_only = std::uint64_t{1} << data_initiator;

constexpr unsigned seip_line = 9;
constexpr unsigned meip_line = 11;

std::vector<PlatformDevice> device_list(const SocConfig& config) {
  DeviceSelection selection;
  selection.isa = config.hart.extensions;
  selection.dram_bytes = config.dram_bytes;
  selection.uarts = config.uarts;
  selection.disks = static_cast<unsigned>(config.disks.size());
  for (const SocDevice& device : config.devices) selection.sections.push_back(device.section);
  return platform_devices(selection);
}

/// Main memory is the first row.
std::vector<BusWindow> bus_windows(const std::vector<PlatformDevice>& devices) {
  std::vector<BusWindow> map;
  for (const PlatformDevice& device : devices) {
    map.push_back({device.name, PhysicalAddress(device.first), device.bytes,
                   map.empty() ? all_initiators : data_only});
  }
  return map;
}

PlatformMemoryMap memory_map(std::vector<BusWindow> windows) {
  const BusWindow dram = windows.front();
  windows.erase(windows.begin());
  return {dram.first, dram.bytes, std::move(windows)};
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
  const std::vector<PlatformDevice> list = device_list(config);
  std::map<unsigned, std::string> interrupts;
  for (auto device = list.begin(); device != list.end(); ++device) {
    for (auto other = list.begin(); other != device && !device->where.empty(); ++other) {
      if (device->first >= other->first + other->bytes ||
          other->first >= device->first + device->bytes) {
        continue;
      }
      throw ConfigurationError(
          device->where,
          fmt::format("device '{}' at {:#x} + {:#x} overlaps '{}' at {:#x} + {:#x}", device->name,
                      device->first, device->bytes, other->name, other->first, other->bytes));
    }
    if (device->interrupt == 0) continue;
    const auto [taken, added] = interrupts.emplace(device->interrupt, device->title);
    if (added) continue;
    throw ConfigurationError(device->where,
                             fmt::format("device '{}': interrupt {} is that of {}", device->name,
                                         device->interrupt, taken->second));
  }
}

Soc::Soc(sc_core::sc_module_name name, const SocConfig& config, EventStream& events,
         const Console& console)
    : sc_module(name),
      config_(config),
      console_(std::move(console)),
      period_(static_cast<double>(picoseconds_per_second / config.clock_hz), sc_core::SC_PS),
      list_(device_list(config)),
      memory_map_(memory_map(bus_windows(list_))),
      bus_("bus", initiators, bus_windows(list_)),
      masters_("masters", {period_, config.timing.memory_latency, config.timing.memory_beat},
               [this](const MasterTransfer& event) { cpu_.master_transferred(event); }),
      // Tightly coupled: the hart's timing model charges what an access costs.
      dram_("dram", config.dram_bytes, sc_core::SC_ZERO_TIME),
      plic_("plic", period_,
            [this](Plic::Context context, bool level) {
              cpu_.set_interrupt_line(context == Plic::machine ? meip_line : seip_line, level);
            }),
      terminals_(config.uarts, nullptr),
      timer_("timer", period_, config.prescale, config.sync, events, config.wave_format),
      cpu_("cpu", cpu_config(config, period_, memory_map_), timer_, events),
      trap_loop_detector_([this](const TrapLoop& loop) {
        if (!trap_loop_) trap_loop_ = loop;
        cpu_.stop();
      }) {
  cpu_.fetch_socket.bind(bus_.from_initiator[fetch_initiator]);
  cpu_.data_socket.bind(bus_.from_initiator[data_initiator]);
  masters_.socket.bind(bus_.from_initiator[other_masters]);
  SocParts& parts = *this;
  for (unsigned window = 0; window < list_.size(); ++window) {
    bus_.to_target[window].bind(list_[window].join(parts));
  }
  cpu_.set_activity([this] {
    return std::any_of(devices_.begin(), devices_.end(),
                       [](const auto& device) { return device->active(); });
  });
  events.attach(trap_loop_detector_);
}

Device::Socket& Soc::keep(std::unique_ptr<Device> device) {
  devices_.push_back(std::move(device));
  if (Device::MasterSocket* master = devices_.back()->master()) masters_.join(*master);
  return devices_.back()->socket();
}

void Soc::set_source(unsigned source, bool level) {
  if (source != 0) plic_.set_source(source, level);
}

void Soc::finish(const FinisherRequest& request) {
  if (!finished_) finished_ = request;
  cpu_.stop();
}

const std::vector<TerminalStep>& Soc::typed(unsigned uart) const {
  static const std::vector<TerminalStep> nothing;
  return uart < config_.typed.size() ? config_.typed[uart] : nothing;
}

}  // namespace cyclevisor
