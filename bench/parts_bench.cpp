// The parts that a simulation is made of, each alone.
#include <benchmark/benchmark.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <array>
#include <cstring>
#include <memory>
#include <systemc>
#include <vector>

#include "models/base/virt_map.hpp"
#include "models/bus/bus.hpp"
#include "models/hart/isa/decode.hpp"
#include "models/memory/memory.hpp"
#include "models/mmu/pte.hpp"
#include "models/mmu/translate.hpp"
#include "models/rtl_bridge/timer_rtl.hpp"

namespace cyclevisor::bench {
namespace {

constexpr std::uint64_t memory_base = virt::dram_base;

TimerRtl& timer() {
  static TimerRtl rtl(10);
  return rtl;
}

/// Both edges of the clock, really evaluated.
void rtl_step(benchmark::State& state) {
  for (auto _ : state) timer().step();
}
BENCHMARK(rtl_step);

/// 10,000 cycles covered by a deposit.
void rtl_fast_forward(benchmark::State& state) {
  timer().deposit(TimerRegister::mtimecmp, ~std::uint64_t{0});
  timer().step();
  for (auto _ : state) timer().advance_to(timer().now() + Cycle(10000));
}
BENCHMARK(rtl_fast_forward);

struct Initiator : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Initiator> socket{"socket"};
  explicit Initiator(sc_core::sc_module_name name) : sc_module(name) {}
};

/// A read of main memory through the bus, with a payload that is used again.
void b_transport(benchmark::State& state) {
  static Initiator initiator("initiator");
  static Bus bus("bus", 1, {{"memory", PhysicalAddress(memory_base), 1 << 20}});
  static Memory memory("memory", 1 << 20, sc_core::SC_ZERO_TIME);
  static bool bound = false;
  if (!bound) {
    initiator.socket.bind(bus.from_initiator[0]);
    bus.to_target[0].bind(memory.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    bound = true;
  }
  std::array<unsigned char, 8> data{};
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_READ_COMMAND);
  payload.set_address(memory_base + 64);
  payload.set_data_ptr(data.data());
  payload.set_data_length(8);
  payload.set_streaming_width(8);
  for (auto _ : state) {
    sc_core::sc_time delay;
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    initiator.socket->b_transport(payload, delay);
  }
  if (!payload.is_response_ok()) state.SkipWithError("the transfer failed");
}
BENCHMARK(b_transport);

void decode_instruction(benchmark::State& state) {
  // addi, ld, sd, beq, jal, mul, csrrw, c.addi, c.ld, c.j
  const std::array<std::uint32_t, 10> words{0x00150513, 0x0085b603, 0x00c5b823, 0x00b50463,
                                            0x010000ef, 0x02c58533, 0x34051073, 0x0505,
                                            0x6098,     0xa001};
  const auto extensions = parse_isa_string("rv64imac_zicsr");
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode(words[next], extensions));
    next = (next + 1) % words.size();
  }
}
BENCHMARK(decode_instruction);

/// Page tables in a vector.
class Tables final : public PageTableMemory {
 public:
  Tables() : words_(3 * 512) {
    const auto pointer = [](std::uint64_t page) { return page << 10 | pte::valid; };
    words_[2] = pointer(1);
    words_[512] = pointer(2);
    words_[1024] = 0x80000ull << 10 | pte::valid | pte::read | pte::accessed | pte::dirty;
  }
  PteStatus read(PhysicalAddress address, std::uint64_t& entry) override {
    entry = words_.at(address.value / 8);
    return PteStatus::ok;
  }
  PteStatus compare_exchange(PhysicalAddress, std::uint64_t, std::uint64_t) override {
    return PteStatus::access_fault;
  }

 private:
  std::vector<std::uint64_t> words_;
};

/// A walk over the three levels of Sv39.
void translation(benchmark::State& state) {
  Tables tables;
  TranslationRegisters registers;
  registers.satp = std::uint64_t{8} << 60;
  TranslationRequest request;
  request.address = VirtualAddress(memory_base);
  request.type = AccessType::load;
  request.mode = PrivilegeMode::supervisor;
  if (!std::holds_alternative<Translation>(translate(request, registers, tables))) {
    state.SkipWithError("the translation faults");
  }
  for (auto _ : state) benchmark::DoNotOptimize(translate(request, registers, tables));
}
BENCHMARK(translation);

}  // namespace
}  // namespace cyclevisor::bench
