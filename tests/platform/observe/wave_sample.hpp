// A short run with waves: hand-written events beside a real RTL timer.
#pragma once

#include <filesystem>

#include "platform/observe/wave_writer.hpp"
#include "tests/platform/observe/bench.hpp"

namespace cyclevisor::bench {

/// VM 1 stores mtimecmp = 50 over the bus and the APB from cycle 100 on, is interrupted, handles
/// its tick, sleeps; VM 2 runs. The hart's events lie up to 400 cycles ahead of the RTL's clock.
/// Ends in cycle 900. Returns WaveWriter::late_changes().
inline std::uint64_t write_wave_sample(const std::filesystem::path& outdir, WaveFormat format,
                                       WaveWindow window = {}) {
  TimerRtl timer(10, format);
  Hypervised run;
  WaveWriter waves(run.seen.platform, timer, format, outdir, window);
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
  run.trap(100, 15, code, store(3, 11, 10), mtimecmp);
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
  run.trap(570, 2, code, wfi);
  run.stream.publish(Idle{Cycle(580), Cycle(590)});
  run.select(2, 600);
  run.resume(610, code);
  for (std::uint64_t cycle = 611; cycle < 800; ++cycle) run.retire(cycle, code + 4 * (cycle & 15));
  waves.finish(Cycle(900));
  return waves.late_changes();
}

}  // namespace cyclevisor::bench
