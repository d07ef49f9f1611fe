#include "platform/run/reference_run.hpp"

#include <fmt/format.h>

#include <cstring>
#include <iostream>
#include <optional>

#include "platform/base/configuration_error.hpp"
#include "platform/base/output_file.hpp"
#include "platform/base/output_folder.hpp"
#include "platform/observe/latency/trap_statistics.hpp"
#include "platform/program/program_image.hpp"
#include "platform/reference/reference_machine.hpp"
#include "platform/report/report.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t ram_base = ReferencePlatform::ram_base;

ProgramImage load_image(const std::string& program) {
  ProgramImage image = read_program(program, program, ram_base, ReferencePlatform::ram_bytes);
  if (image.entry != ram_base) {
    throw ConfigurationError(program, fmt::format("the entry point is {:#x}; the reference "
                                                  "platform begins at {:#x}",
                                                  image.entry, ram_base));
  }
  return image;
}

std::uint64_t find_tohost(const ProgramImage& image, const std::string& program) {
  const auto symbol = image.by_name.find("tohost");
  if (symbol == image.by_name.end()) {
    throw ConfigurationError(program, "has no symbol 'tohost', by which a program ends here");
  }
  const std::uint64_t tohost = symbol->second;
  if (tohost % 8 != 0 || tohost - ram_base >= ReferencePlatform::ram_bytes) {
    throw ConfigurationError(
        program, fmt::format("'tohost' ({:#x}) is not 8 aligned bytes in the RAM {:#x} "
                             "to {:#x}",
                             tohost, ram_base, ram_base + ReferencePlatform::ram_bytes - 1));
  }
  return tohost;
}

void judge(RunResult& result, const ReferenceMachine& machine, ReferenceMachine::End end) {
  const auto set = [&result](ExitCode exit, const char* reason, std::string message) {
    result.exit = exit;
    result.reason = reason;
    result.message = std::move(message);
  };
  const PipelineEvent& last = machine.last_event();
  switch (end) {
    case ReferenceMachine::End::tohost:
      result.tohost = machine.tohost() >> 1;
      if (machine.tohost() == 1) {
        set(ExitCode::pass, "pass", "");
      } else {
        set(ExitCode::guest_failed, "guest failed", fmt::format("test {} failed", *result.tohost));
      }
      return;
    case ReferenceMachine::End::cycle_limit:
      set(ExitCode::cycle_limit, "cycle limit",
          fmt::format("not finished after {} cycles", machine.cycles().value));
      return;
    case ReferenceMachine::End::trap_loop:
      set(ExitCode::fault, "unhandled fault",
          fmt::format("cycle {}: the trap handler at {:#x} traps itself: {}", last.cycle.value,
                      last.pc, cause_name(last.cause)));
      return;
    case ReferenceMachine::End::deadlock:
      set(ExitCode::fault, "deadlock",
          fmt::format("cycle {}: the hart waits in WFI behind {:#x} and nothing will ever wake it",
                      machine.cycles().value, last.pc));
      return;
  }
}

}  // namespace

ExitCode run_reference(const ReferenceRequest& request) {
  const ProgramImage image = load_image(request.program);
  const std::uint64_t tohost = find_tohost(image, request.program);
  const OutputFolder folder(request.outdir);
  std::optional<OutputFile> file;
  std::optional<TimingTrace> trace;
  if (request.timing_trace) {
    file.emplace(*request.timing_trace, "--timing-trace " + request.timing_trace->string());
    trace.emplace(file->stream());
  }
  const auto engine = [&request](const MemoryMap& map) {
    return engine_factory(request.engine, request.timing, map);
  };
  ReferenceMachine machine(engine, tohost, trace ? &*trace : nullptr);
  for (const ProgramImage::Segment& segment : image.segments) {
    std::memcpy(machine.ram().data() + (segment.address - ram_base), segment.bytes.data(),
                segment.bytes.size());
  }
  const Cycle limit = request.max_cycles == 0 ? Cycle::never() : Cycle(request.max_cycles);
  RunResult result;
  judge(result, machine, machine.run(limit));
  result.cycles = machine.cycles();
  result.instructions = machine.instructions();
  folder.write("stats.json", reference_stats_json(request.timing, result));
  folder.write("manifest.json",
               reference_manifest_json(request.command, request.program, folder.hashes()));
  if (file) file->close();
  if (!result.message.empty()) std::cerr << "cyclevisor: " << result.message << "\n";
  return result.exit;
}

}  // namespace cyclevisor
