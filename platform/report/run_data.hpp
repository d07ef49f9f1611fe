// Everything known about a run at its end. A run itself and `cyclevisor report` both write all
// results from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/base/types.hpp"
#include "platform/base/exit_code.hpp"
#include "platform/observe/latency/latency_histogram.hpp"
#include "platform/observe/timeline/perfetto_writer.hpp"
#include "platform/program/symbol_table.hpp"
#include "platform/report/observation.hpp"

namespace cyclevisor {

/// An input file of the run.
struct RunInput {
  std::string path;  ///< as the user gave it
  std::string sha256;
};

/// How results are presented, where that can be chosen.
struct Presentation {
  HistogramSettings histogram;
  PerfettoWindow perfetto;
};

/// What a user chose of it.
struct PresentationChoice {
  std::optional<HistogramUnit> histogram_unit;
  std::optional<std::uint64_t> histogram_rows;
  std::optional<std::pair<Cycle, Cycle>> perfetto_window;

  void apply_to(Presentation& presentation) const {
    if (histogram_unit) presentation.histogram.unit = *histogram_unit;
    if (histogram_rows) presentation.histogram.rows = *histogram_rows;
    if (!perfetto_window) return;
    presentation.perfetto.first = perfetto_window->first;
    presentation.perfetto.last = perfetto_window->second;
  }
};

/// What was run: known before the first cycle.
struct RunDescription {
  std::string scenario;              ///< its name
  std::vector<std::string> command;  ///< as the user typed it
  std::string version;               ///< of the program that simulated
  std::string configuration;         ///< config.resolved.toml
  std::vector<RunInput> inputs;
  ObservedPlatform platform;
  /// [0]: what runs in M-mode (the native guest or the hypervisor); [n]: VM number n.
  std::vector<SymbolTable> symbols;
  Presentation presentation;
};

/// How far the steps of a VM's UART input got.
struct TypedInput {
  std::string vm;
  std::size_t steps = 0;
  std::size_t done = 0;
  std::string waiting_at;  ///< the step that is not done; empty: all are
};

/// How the run ended.
struct RunResult {
  ExitCode exit = ExitCode::pass;
  std::string reason;   ///< a few fixed words: "pass", "guest failed", "deadlock"
  std::string message;  ///< one sentence with the particulars; may be empty
  Cycle cycles;         ///< length of the run
  std::uint64_t instructions = 0;
  std::uint64_t events = 0;
  std::string digest;
  bool deadlock = false;                ///< nothing will ever wake the hart
  bool altered = false;                 ///< a debugger wrote registers or memory
  std::optional<std::uint64_t> tohost;  ///< exit code given through `tohost`
  std::vector<TypedInput> typed;
};

/// How much of a run is derived from its events.
enum class Observe : std::uint8_t {
  none,     ///< nothing: how it ended, and what the guests printed
  latency,  ///< the table, latency.json and latency.hist, statistics
  all,      ///< the oracle, the digest, the timeline and report.html too
};

/// What a writer of a result is given. Valid during the call.
struct RunData {
  const RunDescription& description;
  const RunResult& result;
  Observe observed;
  const LatencyObservation& observation;  ///< has seen nothing if nothing was observed
};

}  // namespace cyclevisor
