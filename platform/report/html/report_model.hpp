// The contents of report.html, selected from the data of a run.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "platform/observe/latency/latency_ledger.hpp"

namespace cyclevisor::html {

/// Times in CPU clock cycles throughout.
struct ReportModel {
  using Named = std::pair<std::string, std::uint64_t>;

  /// One timer interrupt.
  struct Sample {
    unsigned vm = 0;
    std::uint64_t deadline = 0;
    std::array<std::uint64_t, phase_count> phases{};
    std::vector<Named> delivery;  ///< what the phase `deliver` consists of; no zeros
    std::vector<Named> waits;     ///< why it was late, and for how long; no zeros
    std::uint64_t latency = 0;    ///< deadline to the handler's first instruction
    std::uint64_t total = 0;      ///< deadline to mret
  };

  /// What cycles of the latencies were spent on.
  struct Reason {
    std::string name;
    std::uint64_t interrupts = 0;  ///< that it concerns
    std::uint64_t cycles = 0;      ///< of all of them
    std::uint64_t longest = 0;
  };

  /// Deadlines without an interrupt of their own that ended in the same way.
  struct Undelivered {
    std::string outcome;
    std::uint64_t count = 0;
    std::vector<Named> waits{};  ///< of all of them together, as far as they are listed; no zeros
  };

  struct Vm {
    unsigned number = 0;
    std::string name;
    std::string verdict;          ///< "pass", "fail with code 7", "reset" or "did not end"
    std::uint64_t ticks = 0;      ///< timer interrupts delivered
    Distribution latency;         ///< of the samples
    std::vector<Sample> typical;  ///< median, p99 and worst, in this order; empty without samples
    std::vector<Named> traps;     ///< by cause
    std::uint64_t in_time = 0;    ///< samples without any wait
    std::vector<Reason> reasons;  ///< of the samples; their cycles add up to latency.sum
    std::vector<Undelivered> undelivered;  ///< no zeros
  };

  /// One owner of cycles. All together are the run.
  struct Owner {
    enum class Kind : std::uint8_t { guest, hypervisor, world_switch, boot, idle } kind;
    unsigned vm = 0;  ///< 0 = none
    std::string name;
    std::uint64_t cycles = 0;
  };

  struct Violation {
    std::uint64_t cycle = 0;
    std::string vm, rule, text;
  };

  std::string scenario;
  std::string strategy;
  std::string monitor;  ///< what the guests trap to: "hypervisor", "firmware" or nothing
  std::uint64_t clock_hz = 0;
  std::uint64_t timebase_hz = 0;

  bool pass = false;
  std::string reason;              ///< "pass", "guest failed", ...
  std::string message;             ///< may be empty
  std::vector<std::string> notes;  ///< guests that make no progress
  std::uint64_t cycles = 0;
  std::uint64_t instructions = 0;

  std::vector<Vm> vms;
  std::vector<Sample> samples;  ///< all, by deadline
  std::vector<Sample> worst;    ///< longest latency first; at most `worst_count`
  std::vector<Owner> owners;
  std::vector<Violation> violations;  ///< the first ones
  std::uint64_t violation_count = 0;

  std::vector<std::string> command;
  std::string version;
  std::string digest;
  std::uint64_t events = 0;
  std::string configuration;
  std::vector<std::pair<std::string, std::string>> inputs;  ///< path, SHA-256

  static constexpr std::size_t worst_count = 10;

  const Vm* find(unsigned number) const;
};

/// The command that repeats the run up to the end of the sample and opens its wave. Empty when the
/// run cannot be repeated with waves.
std::string wave_command(const ReportModel& model, const ReportModel::Sample& sample);

}  // namespace cyclevisor::html
