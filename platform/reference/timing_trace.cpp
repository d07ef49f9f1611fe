#include "platform/reference/timing_trace.hpp"

#include <cinttypes>
#include <cstdio>

#include "models/hart/csr/csr_fields.hpp"

namespace cyclevisor {

TimingTrace::TimingTrace(std::ostream& stream) : stream_(stream) {
  stream_ << "cycle,pc,insn,priv,event\n";
}

void TimingTrace::write(const PipelineEvent& event) {
  char row[96];
  std::snprintf(row, sizeof row, "%" PRIu64 ",%" PRIx64 ",%" PRIx32 ",%u,", event.cycle.value,
                event.pc, event.bits, static_cast<unsigned>(event.mode));
  stream_ << row;
  if (event.kind == PipelineEvent::Kind::exception) stream_ << "exc:" << event.cause;
  if (event.kind == PipelineEvent::Kind::interrupt) stream_ << "irq:" << event.cause;
  stream_ << '\n';
}

void TimingTrace::write_lines(Cycle at, std::uint64_t lines) {
  if (lines == lines_) return;
  struct Line {
    const char* name;
    std::uint64_t bit;
  };
  for (const Line& line : {Line{"mtip", interrupt::mti}, Line{"msip", interrupt::msi},
                           Line{"meip", interrupt::mei}, Line{"seip", interrupt::sei}}) {
    if (((lines ^ lines_) & line.bit) == 0) continue;
    stream_ << at.value << ",,,," << line.name << ((lines & line.bit) != 0 ? "=1\n" : "=0\n");
  }
  lines_ = lines;
}

}  // namespace cyclevisor
