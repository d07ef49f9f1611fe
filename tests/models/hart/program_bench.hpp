// A hart that runs small programs on a flat memory and one device and records every event, for
// tests of execution, time and logs.
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "models/hart/hart.hpp"
#include "tests/support/code_of.hpp"
#include "tests/support/hart_on_pipeline.hpp"

namespace cyclevisor::test {

class ProgramBench : private PhysicalBus, private TimeSource, private Sink {
 public:
  static constexpr std::uint64_t start = 0x8000'0000;
  static constexpr std::uint64_t data = 0x8001'0000;
  static constexpr std::uint64_t vector = 0x8002'0000;
  static constexpr std::uint64_t memory_bytes = 0x4'0000;
  /// 4 KiB that can be read, written and fetched; each access takes `device_cycles`.
  static constexpr std::uint64_t device = 0x1000'0000;
  /// Clock cycles per count of mtime.
  static constexpr std::uint64_t prescale = 10;

  enum class Observation { off, on };

  explicit ProgramBench(const char* isa = "rv64imac_zicsr_zifencei_zicntr_sstc_h",
                        Observation observation = Observation::on)
      : memory_(memory_bytes), device_memory_(0x1000) {
    if (observation == Observation::on) events_.attach(*this);
    HartConfig config;
    config.extensions = parse_isa_string(isa);
    PhysicalBus& bus = *this;
    TimeSource& time = *this;
    hart_ = std::make_unique<Hart>(config, bus, time, events_, test_engine(map_));
    hart_->reset(VirtualAddress(start), 0, 0);
    hart_->set_csr(0x305, vector);
    // After a trap the hart loops here.
    put(vector, {code_of(Operation::jal)});
  }

  Hart& hart() { return *hart_; }
  EventStream& events() { return events_; }

  void put(std::uint64_t address, std::initializer_list<std::uint32_t> words) {
    put(address, std::vector<std::uint32_t>(words));
  }
  void put(std::uint64_t address, const std::vector<std::uint32_t>& words) {
    std::memcpy(bytes_at(address), words.data(), words.size() * 4);
  }
  void put16(std::uint64_t address, std::uint16_t half) {
    std::memcpy(bytes_at(address), &half, sizeof half);
  }
  void program(const std::vector<std::uint32_t>& words) { put(start, words); }
  std::uint64_t get64(std::uint64_t address) {
    std::uint64_t value;
    std::memcpy(&value, bytes_at(address), sizeof value);
    return value;
  }
  void put64(std::uint64_t address, std::uint64_t value) {
    std::memcpy(bytes_at(address), &value, sizeof value);
  }

  Hart::Stop run_until(std::uint64_t horizon) {
    hart_->set_horizon(Cycle(horizon));
    return hart_->run();
  }
  /// Runs until `instructions` more have retired, or a trap was taken.
  void run(unsigned instructions) {
    stop_after_ = retired.size() + instructions;
    hart_->set_horizon(Cycle::never());
    REQUIRE(hart_->run() == Hart::Stop::requested);
    stop_after_ = 0;
  }
  /// Executes one instruction at `start` with x1 = a and x2 = b; returns x3.
  std::uint64_t result_of(std::uint32_t instruction, std::uint64_t a, std::uint64_t b) {
    program({instruction});
    hart_->set_pc(VirtualAddress(start));
    hart_->set_x(1, a);
    hart_->set_x(2, b);
    run(1);
    return hart_->x(3);
  }
  /// Cycles from the commit of the previous instruction to that of number `index`.
  std::uint64_t cost(std::size_t index) const {
    return retired.at(index).cycle.value - retired.at(index - 1).cycle.value;
  }

  /// An additional effect of a device write, e.g. a change of the horizon or a line.
  std::function<void(PhysicalAddress, Cycle)> on_device_write;
  std::uint64_t device_cycles = 3;
  /// Added to mtime; the effect of a store to the timer.
  std::uint64_t time_offset = 0;

  std::vector<Retire> retired;
  std::vector<Trap> traps;
  std::vector<TrapReturn> returns;
  std::vector<AddressSpace> address_spaces;
  std::vector<Idle> idles;
  unsigned device_fetches = 0;
  /// All events in stream order, as text, for comparing runs.
  std::vector<std::string> history;

 private:
  std::byte* bytes_at(std::uint64_t address) {
    if (address >= device && address < device + device_memory_.size()) {
      return &device_memory_.at(address - device);
    }
    return &memory_.at(address - start);
  }
  bool is_device(PhysicalAddress address) const {
    return address.value >= device && address.value < device + device_memory_.size();
  }

  DirectRegion direct(PhysicalAddress address) override {
    if (address.value < start || address.value >= start + memory_bytes) return {};
    return {PhysicalAddress(start), memory_bytes, memory_.data(), true};
  }
  BusReply read(PhysicalAddress address, unsigned bytes, Cycle at) override {
    BusReply reply;
    reply.done = at + Cycle(device_cycles);
    if (is_device(address)) {
      std::memcpy(&reply.data, bytes_at(address.value), bytes);
    } else {
      reply.status = BusStatus::error;
    }
    return reply;
  }
  BusReply fetch(PhysicalAddress address, unsigned bytes, Cycle at) override {
    ++device_fetches;
    return read(address, bytes, at);
  }
  BusReply write(PhysicalAddress address, unsigned bytes, std::uint64_t value, Cycle at) override {
    BusReply reply;
    reply.done = at + Cycle(device_cycles);
    if (is_device(address)) {
      std::memcpy(bytes_at(address.value), &value, bytes);
    } else {
      reply.status = BusStatus::error;
    }
    if (on_device_write) on_device_write(address, reply.done);
    return reply;
  }
  std::uint64_t mtime(Cycle at) override { return at.value / prescale + time_offset; }
  Cycle cycle_of(std::uint64_t value) const override {
    const std::uint64_t counts = value - time_offset;
    return counts > Cycle::never().value / prescale ? Cycle::never() : Cycle(counts * prescale);
  }

  void note(const char* what, Cycle cycle, std::uint64_t pc) {
    history.push_back(std::string(what) + " " + std::to_string(cycle.value) + " " +
                      std::to_string(pc));
  }
  void on(const Retire& event) override {
    retired.push_back(event);
    note("retire", event.cycle, event.pc.value);
    if (retired.size() == stop_after_) hart_->request_stop();
  }
  void on(const Trap& event) override {
    traps.push_back(event);
    note("trap", event.cycle, event.epc.value);
    if (stop_after_ != 0) hart_->request_stop();
  }
  void on(const TrapReturn& event) override { returns.push_back(event); }
  void on(const AddressSpace& event) override { address_spaces.push_back(event); }
  void on(const Idle& event) override {
    idles.push_back(event);
    note("idle", event.cycle, event.until.value);
  }

  const TestMap map_{{start, memory_bytes}, {device, 0x1000}};
  std::vector<std::byte> memory_;
  std::vector<std::byte> device_memory_;
  EventStream events_;
  std::unique_ptr<Hart> hart_;
  std::size_t stop_after_ = 0;
};

}  // namespace cyclevisor::test
