#include "platform/base/nearest.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace cyclevisor {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("a mistyped word finds those that are near") {
  const Words known{
      "platform.clock_hz", "platform.timebase_hz", "timing.data_cache", "timing.data_cache_ways",
      "run.wave",          "two-guests",           "three-guests"};
  CHECK(nearest("platform.clokc_hz", known) == Words{"platform.clock_hz"});
  CHECK(nearest("clock_hz", known) == Words{"platform.clock_hz"});
  CHECK(nearest("Platform.Clock-Hz", known) == Words{"platform.clock_hz"});
  CHECK(nearest("timing.datacache", known) == Words{"timing.data_cache"});
  CHECK(nearest("two_guest", known) == Words{"two-guests"});
  CHECK(nearest("run.wavs", known) == Words{"run.wave"});
  CHECK(nearest("nonesuch", known).empty());
  CHECK(nearest("", known).empty());
  CHECK(nearest(std::string(1'000'000, 'a'), known).empty());
}

TEST_CASE("the question names up to three words, the nearest first") {
  CHECK(did_you_mean("ab", {"abc", "ab", "ab_", "xb", "zz"}, "; none") ==
        "; did you mean 'ab', 'abc' or 'ab_'?");
  CHECK(did_you_mean("ab", {"zz"}, "; there are zz") == "; there are zz");
}

}  // namespace
}  // namespace cyclevisor
