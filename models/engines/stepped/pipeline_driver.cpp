#include "models/engines/stepped/pipeline_driver.hpp"

#include <algorithm>

namespace cyclevisor {

void PipelineDriver::retiring(const StageRegister&, Cycle at) {
  publish_wait(at);
  hart_.publisher.before(hart_.core);
}

void PipelineDriver::retired(const StageRegister& stage, Cycle at) {
  hart_.publisher.retire(hart_.core, stage.instruction, at);
}

void PipelineDriver::trapped(const StageRegister& stage, const TakenTrap& taken, Cycle at) {
  const std::uint32_t bits = stage.fault == FetchFault::none ? stage.bits : 0;
  hart_.publisher.trap(hart_.core, taken, at, bits);
}

bool PipelineDriver::rest() {
  if (!pipeline_->is_settled_in_wfi() || hart_.core.wakes()) return false;
  const Cycle end = pipeline_->wfi_gives_up_at();
  if (end == Cycle::never()) return true;
  const Cycle until = std::min({end, hart_.horizon, hart_.core.csrs.next_timer_event()});
  if (hart_.now < until) {
    pipeline_->skip_to(until);
    hart_.now = until;
  }
  return false;
}

}  // namespace cyclevisor
