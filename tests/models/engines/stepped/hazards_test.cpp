// Stalls and flushes of the pipeline, against the words of the timing rules.
#include "models/engines/stepped/hazards.hpp"

#include <catch2/catch.hpp>

using namespace cyclevisor;

TEST_CASE("stalls: everything behind a stage that holds, and a bubble in front of it") {
  PipelineCauses causes;
  causes.divider_busy = true;
  const PipelineControl control = stage_control(causes);
  CHECK(control.stall_d);
  CHECK(control.stall_e);
  CHECK_FALSE(control.stall_m);
  CHECK(control.flush_m);
  CHECK_FALSE(control.flush_e);
}

TEST_CASE("flushes win over stalls, memory's own stall over a redirect") {
  PipelineCauses causes;
  causes.fetch_stalls = true;
  CHECK(stage_control(causes).stall_w);
  causes.redirect = true;
  CHECK_FALSE(stage_control(causes).stall_w);
  CHECK(stage_control(causes).flush_d);
  causes.memory_stalls = true;
  CHECK(stage_control(causes).stall_w);
  causes.trap = true;
  CHECK_FALSE(stage_control(causes).stall_w);
  CHECK(stage_control(causes).flush_w);
}
