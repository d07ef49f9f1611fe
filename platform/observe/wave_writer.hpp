// Waves: the RTL timer's pins and registers and what the models did, in one file on one time axis.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>

#include "models/probe/event_stream.hpp"
#include "models/rtl_bridge/clock_observer.hpp"
#include "models/rtl_bridge/timer_rtl.hpp"
#include "platform/observe/observed.hpp"
#include "platform/observe/rtl_shadow.hpp"
#include "platform/observe/vm_watch.hpp"
#include "platform/observe/wave_file.hpp"
#include "platform/observe/wave_signals.hpp"
#include "platform/observe/wave_view.hpp"

namespace cyclevisor {

/// Which cycles are recorded: from `first` to `last`, both included.
struct WaveWindow {
  Cycle first;
  Cycle last = Cycle::never();
};

/// Writes `outdir`/trace.fst or trace.vcd, and the view `outdir`/trace.gtkw that opens it. Attach
/// it to the event stream before the run.
///
/// Time in the file is cycle times clock period; the values of a cycle stand from its rising edge
/// on. A cycle is written when the stream has gone past it and the RTL has finished it.
class WaveWriter : public Sink, private ClockObserver {
 public:
  /// `timer` must outlive the writer and have no other clock observer. Throws std::runtime_error
  /// when a file cannot be written.
  WaveWriter(const ObservedPlatform& platform, TimerRtl& timer, WaveFormat format,
             const std::filesystem::path& outdir, WaveWindow window = {});
  ~WaveWriter() override;
  WaveWriter(const WaveWriter&) = delete;
  WaveWriter& operator=(const WaveWriter&) = delete;

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const AddressSpace& event) override;
  void on(const Idle& event) override;
  void on(const BusRequest& event) override;
  void on(const BusTransfer& event) override;
  void on(const InterruptLine& event) override;

  /// The run ended in cycle `end`: advances the RTL to it, writes what still waits and closes the
  /// file. Call once, while the timer still lives.
  void finish(Cycle end);

  /// Changes that came after their cycle had been written, and so stand one or more cycles late.
  /// 0 unless somebody publishes events out of order.
  std::uint64_t late_changes() const { return late_; }

 private:
  struct Change {
    Cycle cycle;
    WaveSignal signal = WaveSignal::pc;
    std::uint64_t value = 0;
  };

  void half_cycle(Cycle cycle, bool clock_level) override;
  void change(Cycle cycle, WaveSignal signal, std::uint64_t value);
  void apply_until(Cycle cycle);
  void passed(Cycle cycle);
  void catch_up();
  WaveFocus focus() const;
  std::uint64_t picoseconds(Cycle cycle, bool clock_level) const;

  ObservedPlatform platform_;
  TimerRtl& timer_;
  WaveFormat format_;
  std::filesystem::path outdir_;
  WaveWindow window_;
  VmWatch watch_;
  WaveValues values_{};
  RtlShadow shadow_;
  std::unique_ptr<WaveFile> file_;
  std::deque<Change> waiting_;  ///< by cycle; of one cycle in the order of arrival
  Cycle passed_;                ///< the hart has done everything before this cycle
  Cycle written_;               ///< first cycle that has not been written
  std::uint64_t late_ = 0;
  std::optional<Cycle> first_interrupt_;  ///< the timer's line rose, inside the window
};

}  // namespace cyclevisor
