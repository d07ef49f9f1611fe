#include "bench/bare_machine.hpp"

#include <cstring>
#include <stdexcept>

#include "platform/program/program_image.hpp"

namespace cyclevisor::bench {
namespace {

HartConfig hart_config() {
  HartConfig config;
  config.extensions = parse_isa_string("rv64imac_zicsr_zifencei_zicntr");
  return config;
}

}  // namespace

BareMachine::BareMachine(const std::filesystem::path& program,
                         const std::function<EngineFactory(const MemoryMap& map)>& make)
    : memory_(memory_bytes), hart_(hart_config(), *this, *this, nobody_, make(*this)) {
  const ProgramImage image = read_program(program, program.string(), memory_base, memory_bytes);
  for (const ProgramImage::Segment& segment : image.segments) {
    std::memcpy(memory_.data() + (segment.address - memory_base), segment.bytes.data(),
                segment.bytes.size());
  }
  hart_.reset(VirtualAddress(image.entry), 0, 0);
  hart_.set_horizon(Cycle::never());
}

void BareMachine::run() {
  hart_.run();
  if (verdict_ != 0x5555) throw std::runtime_error("the program did not pass");
}

DirectRegion BareMachine::direct(PhysicalAddress address) {
  if (address.value - memory_base >= memory_bytes) return {};
  return {PhysicalAddress(memory_base), memory_bytes, memory_.data(), true};
}

BusReply BareMachine::read(PhysicalAddress, unsigned, Cycle at) {
  return {BusStatus::error, 0, at + Cycle(1)};
}

BusReply BareMachine::write(PhysicalAddress address, unsigned, std::uint64_t data, Cycle at) {
  if (address.value != finisher) return {BusStatus::error, 0, at + Cycle(1)};
  verdict_ = data;
  hart_.request_stop();
  return {BusStatus::ok, 0, at + Cycle(1)};
}

MemoryAttributes BareMachine::attributes(PhysicalAddress address) const {
  MemoryAttributes result;
  const bool memory = address.value - memory_base < memory_bytes;
  if (!memory && address.value - finisher >= 0x1000) return result;
  result.readable = result.writable = true;
  result.sizes = 1 + 2 + 4 + 8;
  result.cacheable = result.executable = result.answers_fetch = result.atomic = memory;
  return result;
}

}  // namespace cyclevisor::bench
