// Waves: the RTL timer's pins and registers and the models' activity, in one file on one time axis.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "models/rtl_bridge/clock_observer.hpp"
#include "models/rtl_bridge/timer_rtl.hpp"
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/hypervisor_stage.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"
#include "platform/observe/latency/latency_ledger.hpp"
#include "platform/observe/waves/rtl_shadow.hpp"
#include "platform/observe/waves/wave_file.hpp"
#include "platform/observe/waves/wave_phases.hpp"
#include "platform/observe/waves/wave_signals.hpp"
#include "platform/observe/waves/wave_view.hpp"
#include "platform/observe/waves/wave_window.hpp"
#include "platform/program/symbol_table.hpp"

namespace cyclevisor {

/// The input of the waves beside the events. Must outlive the writer.
struct WaveInput {
  const ObservedPlatform& platform;
  GuestView& view;                          ///< attached to the event stream before the writer
  const std::vector<SymbolTable>& symbols;  ///< [0] of M-mode's code, [n] of VM number n
};

/// Writes `outdir`/trace.fst or trace.vcd, and the views that open it (wave_view.hpp). Attach it to
/// the event stream before the run.
///
/// Time in the file is cycle times clock period; the values of a cycle hold from its rising edge
/// on. A cycle is written once the stream has passed it and the RTL has completed it.
class WaveWriter : public Sink, private ClockObserver {
 public:
  /// `timer` must outlive the writer and have no other clock observer. Throws std::runtime_error
  /// when a file cannot be written.
  WaveWriter(const WaveInput& input, TimerRtl& timer, WaveFormat format,
             const std::filesystem::path& outdir, WaveWindow window = {}, WaveParts parts = {});
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
  void landmark(const LandmarkHit& hit);
  void on(const MasterTransfer& event) override;

  /// The run ended in cycle `end`: advances the RTL to it, writes the pending changes and closes
  /// the file. The views then open at the worst of the `samples` inside the window. Call once,
  /// before the timer is destroyed.
  void finish(Cycle end, const std::vector<LatencySample>& samples);

  /// Changes that arrived after their cycle had been written, so the file has them one or more
  /// cycles late. 0 unless events are published out of order.
  std::uint64_t late_changes() const { return late_; }

  /// The cycle of the trigger; nothing if it did not occur or none was set.
  std::optional<Cycle> triggered() const { return triggered_; }

 private:
  struct Change {
    Cycle cycle;
    std::size_t row = 0;
    std::uint64_t value = 0;
  };

  void half_cycle(Cycle cycle, bool clock_level) override;
  void trigger(WaveTrigger what, Cycle cycle);
  void open_window(Cycle origin);
  void change(Cycle cycle, WaveSignal signal, std::uint64_t value);
  void change_row(Cycle cycle, std::size_t row, std::uint64_t value);
  void running_changed(Cycle cycle);
  bool in_window(Cycle cycle) const;
  void located(Cycle cycle, VirtualAddress pc);
  std::uint64_t function_number(unsigned vm, const std::string& name);
  std::uint64_t text_number(const std::string& text);
  void apply_until(Cycle cycle);
  void passed(Cycle cycle);
  void catch_up();
  WaveFocus focus(const std::vector<LatencySample>& samples) const;
  void write_views(const std::vector<LatencySample>& samples) const;
  std::uint64_t picoseconds(Cycle cycle, bool clock_level) const;

  ObservedPlatform platform_;
  const std::vector<SymbolTable>& symbols_;
  std::vector<WaveRow> rows_;
  TimerRtl& timer_;
  WaveFormat format_;
  std::filesystem::path outdir_;
  WaveWindow window_;  ///< in cycles of the run; before the trigger it is never
  WaveWindow wanted_;  ///< as requested
  WaveParts parts_;    ///< of the window; empty: all of it
  std::optional<Cycle> triggered_;
  unsigned ran_ = 0;  ///< VM that ran last
  VmWatch watch_;
  WavePhases phases_;
  StageMap stages_;
  WaveValues values_;
  std::vector<std::string> texts_ = {""};  ///< names of functions, by number
  std::map<std::string, std::uint64_t> text_numbers_;
  unsigned located_vm_ = 0;
  SymbolTable::Symbol located_ = {1, 0, ""};  ///< the function that executes; none at first
  RtlShadow shadow_;
  std::unique_ptr<WaveFile> file_;
  std::deque<Change> waiting_;  ///< by cycle; of one cycle in the order of arrival
  Cycle passed_;                ///< all earlier cycles of the hart have been published
  Cycle written_;               ///< first cycle that has not been written
  std::uint64_t late_ = 0;
  std::vector<Cycle> rises_;      ///< of the timer's line, inside the window
  std::vector<Cycle> transfers_;  ///< to devices, inside the window
};

}  // namespace cyclevisor
