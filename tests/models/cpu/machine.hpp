// A CPU with DRAM, the RTL timer and an external TLM-2.0 device, and a record of its events.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <systemc>
#include <vector>

#include "models/bus/bus.hpp"
#include "models/cpu/cpu.hpp"
#include "models/cpu/trap_loop.hpp"
#include "models/hart/isa/encode.hpp"
#include "models/memory/memory.hpp"
#include "models/rtl_bridge/apb_timer.hpp"
#include "tests/support/hart_on_pipeline.hpp"

namespace cyclevisor {

inline const sc_core::sc_time clock_period(10, sc_core::SC_NS);

inline constexpr std::uint64_t ram_base = 0x8000'0000;
inline constexpr std::uint64_t timer_base = 0x0200'0000;
inline constexpr std::uint64_t device_base = 0x4000'0000;

/// A target whose behaviour is supplied by the test.
struct Device : sc_core::sc_module {
  using Access = std::function<void(tlm::tlm_generic_payload&, sc_core::sc_time&)>;
  tlm_utils::simple_target_socket<Device> socket{"socket"};
  Access access;

  explicit Device(sc_core::sc_module_name name) : sc_module(name) {
    socket.register_b_transport(this, &Device::b_transport);
  }
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (access) access(payload, delay);
  }
};

/// The events, in stream order.
struct Recorder : Sink {
  std::vector<BusTransfer> transfers;
  std::vector<Trap> traps;
  std::vector<InterruptLine> lines;
  std::vector<Idle> idles;
  std::vector<Retire> retired;
  std::vector<std::uint64_t> order;  ///< cycle of every event

  void on(const BusTransfer& e) override { transfers.push_back(e); }
  void on(const Trap& e) override {
    traps.push_back(e);
    order.push_back(e.cycle.value);
  }
  void on(const InterruptLine& e) override {
    lines.push_back(e);
    order.push_back(e.cycle.value);
  }
  void on(const Idle& e) override { idles.push_back(e); }
  void on(const Retire& e) override {
    retired.push_back(e);
    order.push_back(e.cycle.value);
  }
};

struct Machine {
  const test::TestMap map{{ram_base, 0x10000}, {timer_base, ram_base - timer_base}};
  EventStream events;
  Recorder recorder;
  Bus bus;
  Memory ram;
  Device device;
  ApbTimer timer;
  Cpu cpu;

  explicit Machine(SyncMode sync, Cycle limit = Cycle(100'000))
      : bus("bus", 2,
            {{"ram", PhysicalAddress(ram_base), 0x10000},
             {"timer", PhysicalAddress(timer_base), 0x10000},
             {"device", PhysicalAddress(device_base), 0x1000}}),
        ram("ram", 0x10000, sc_core::SC_ZERO_TIME),
        device("device"),
        timer("timer", clock_period, 10, sync, events),
        cpu("cpu", config(sync, limit, map), timer, events) {
    events.attach(recorder);
    cpu.fetch_socket.bind(bus.from_initiator[0]);
    cpu.data_socket.bind(bus.from_initiator[1]);
    bus.to_target[0].bind(ram.socket);
    bus.to_target[1].bind(timer.socket);
    bus.to_target[2].bind(device.socket);
    cpu.hart().reset(VirtualAddress(ram_base), 0, 0);
  }

  /// Stores instructions at an offset in RAM; returns the offset after them.
  std::uint64_t program(std::uint64_t offset, const std::vector<std::uint32_t>& code) {
    std::memcpy(ram.data() + offset, code.data(), code.size() * 4);
    return offset + code.size() * 4;
  }

  void run() { sc_core::sc_start(); }

 private:
  static CpuConfig config(SyncMode sync, Cycle limit, const MemoryMap& map) {
    CpuConfig cpu;
    cpu.engine = test::test_engine(map);
    cpu.hart.extensions = parse_isa_string("rv64imac_zicsr_zifencei_zicntr_sstc");
    cpu.clock_period = clock_period;
    cpu.prescale = 10;
    cpu.sync = sync;
    cpu.limit = limit;
    return cpu;
  }
};

// Instructions by name; registers are numbers.
inline std::uint32_t lui(std::uint8_t rd, std::uint32_t upper) {
  return encode(Operation::lui, {rd, 0, 0, static_cast<std::int32_t>(upper << 12)});
}
/// The address of the instruction itself.
inline std::uint32_t auipc(std::uint8_t rd) { return encode(Operation::auipc, {rd, 0, 0, 0}); }
inline std::uint32_t addi(std::uint8_t rd, std::uint8_t rs1, std::int64_t immediate) {
  return encode(Operation::addi, {rd, rs1, 0, immediate});
}
inline std::uint32_t lw(std::uint8_t rd, std::uint8_t rs1, std::int64_t offset) {
  return encode(Operation::lw, {rd, rs1, 0, offset});
}
inline std::uint32_t sd(std::uint8_t rs2, std::uint8_t rs1, std::int64_t offset) {
  return encode(Operation::sd, {0, rs1, rs2, offset});
}
inline std::uint32_t sw(std::uint8_t rs2, std::uint8_t rs1, std::int64_t offset) {
  return encode(Operation::sw, {0, rs1, rs2, offset});
}
inline std::uint32_t beq(std::uint8_t rs1, std::uint8_t rs2, std::int64_t offset) {
  return encode(Operation::beq, {0, rs1, rs2, offset});
}
inline std::uint32_t csrw(std::uint16_t csr, std::uint8_t rs1) {
  return std::uint32_t{csr} << 20 | std::uint32_t{rs1} << 15 | 0x1073;
}
inline constexpr std::uint32_t wfi = 0x1050'0073;
inline constexpr std::uint32_t loop_here = 0x0000'006f;  // jal x0, 0

}  // namespace cyclevisor
