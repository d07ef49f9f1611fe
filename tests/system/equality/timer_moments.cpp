// What random scenarios are for, counted in moments.txt: reads and writes of the timer in the very
// cycle of a match, and places that interrupts were taken at.
#include <fstream>
#include <set>
#include <utility>

#include "platform/plugin/sink.hpp"

namespace {

using namespace cyclevisor;

class TimerMoments : public PluginSink {
 public:
  explicit TimerMoments(const SinkContext& context) : file_(context.folder / "moments.txt") {}

  Retirements wants() const override { return Retirements::none; }

  void on(const InterruptLine& event) override {
    constexpr std::uint8_t mtip = 7;
    // A write, too, lifts the line, in the cycle behind it. That is no match by counting.
    if (event.number == mtip && event.level && event.cycle != written_ + Cycle(1)) {
      match_ = event.cycle;
    }
  }

  void on(const ApbTransfer& event) override {
    // A write takes effect at the end of its last cycle, a read samples one cycle before that.
    if (event.pwrite) {
      written_ = event.end;
      if (event.end == match_) ++writes_;
    } else if (event.end == match_ + Cycle(1)) {
      ++reads_;
    }
  }

  void on(const Trap& event) override {
    if (event.is_interrupt()) places_.emplace(event.from, event.epc.value);
  }

  void finish(Cycle) override {
    std::ofstream(file_) << reads_ << " " << writes_ << " " << places_.size() << "\n";
  }

 private:
  std::filesystem::path file_;
  Cycle written_{0};  ///< last cycle of the last write
  Cycle match_{0};    ///< the first cycle with mtime >= mtimecmp
  std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;
  std::set<std::pair<PrivilegeMode, std::uint64_t>> places_;
};

}  // namespace

CYCLEVISOR_SINK(TimerMoments)
