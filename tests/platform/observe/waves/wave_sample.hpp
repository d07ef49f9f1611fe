// A short run with waves: hand-written events beside a real RTL timer.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "platform/observe/waves/wave_writer.hpp"
#include "tests/platform/observe/bench.hpp"

namespace cyclevisor::bench {

/// What lies where the events of the sample happen.
inline std::vector<SymbolTable> wave_symbols() {
  using Symbols = std::map<std::string, std::uint64_t>;
  return {SymbolTable(Symbols{{"_start", 0x8000'0000}, {"handle_trap", 0x8000'0200}}),
          SymbolTable(Symbols{{"main", code}, {"_Z4tickv", vector}}),
          SymbolTable(Symbols{{"loop", code + 8}})};
}

/// VM 1 stores mtimecmp = 50 over the bus and the APB from cycle 100 on, is interrupted, handles
/// its tick, stores mtimecmp = 500, sleeps; VM 2 runs. The hart's events lie up to 400 cycles ahead
/// of the RTL's clock. Ends in cycle 900. Returns WaveWriter::late_changes().
inline std::uint64_t write_wave_sample(const std::filesystem::path& outdir, WaveFormat format,
                                       WaveWindow window = {}) {
  TimerRtl timer(10, format);
  ObservedPlatform platform = two_vms();
  platform.stages = {{0x8000'0000, HypervisorStage::entry},
                     {0x8000'0200, HypervisorStage::device},
                     {0x8000'0300, HypervisorStage::other}};
  Hypervised run(platform);
  const std::vector<SymbolTable> symbols = wave_symbols();
  WaveWriter waves({run.seen.platform, run.seen.view, symbols}, timer, format, outdir, window);
  run.stream.attach(waves);

  const auto apb_write = [&](std::uint16_t paddr, std::uint32_t pwdata, bool pauser) {
    ApbRequest request;
    request.psel = request.pwrite = true;
    request.paddr = paddr;
    request.pwdata = pwdata;
    request.pstrb = 0xf;
    request.pauser = pauser;
    timer.drive(request);
    timer.step();
    request.penable = true;
    timer.drive(request);
    timer.step();
    timer.drive({});
  };

  run.start();
  run.store_trap(100, mtimecmp, 50);
  run.stream.publish(BusRequest{Cycle(101), PhysicalAddress(mtimecmp), 8, true, 50});
  timer.advance_to(Cycle(101));
  apb_write(0x4000, 50, true);
  apb_write(0x4004, 0, true);
  BusTransfer transfer;
  transfer.cycle = Cycle(101);
  // As the CPU does: the transfer's last cycle is over on the pins when its events come.
  transfer.end = timer.now() - Cycle(1);
  transfer.address = PhysicalAddress(mtimecmp);
  transfer.bytes = 8;
  transfer.write = true;
  transfer.data = 50;
  run.stream.publish(transfer);
  Retire stored;
  stored.cycle = transfer.end;
  stored.pc = VirtualAddress(0x8000'0200);
  run.stream.publish(stored);
  run.resume(110, code + 4);
  for (std::uint64_t cycle = 111; cycle < 503; ++cycle) run.retire(cycle, code + 4 * (cycle & 15));
  timer.advance_to(timer.horizon());
  run.line(timer.now().value, timer.mtip());
  run.trap(503, timer_interrupt, code);
  run.resume(560, vector);
  run.retire(561, vector);
  run.store_device(562, 565, mtimecmp, 500, 3, vector + 4);
  run.guest_mret(566, 569, vector + 8, code);
  run.trap(570, 2, code, wfi);
  run.stream.publish(Idle{Cycle(580), Cycle(590)});
  run.select(2, 600);
  run.resume(610, code);
  for (std::uint64_t cycle = 611; cycle < 800; ++cycle) run.retire(cycle, code + 4 * (cycle & 15));
  waves.finish(Cycle(900), run.seen.ledger.samples());
  return waves.late_changes();
}

}  // namespace cyclevisor::bench
