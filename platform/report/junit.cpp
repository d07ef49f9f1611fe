#include "platform/report/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cyclevisor {
namespace {

/// XML 1.0 has no control characters but these three.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (byte >= 0x20 || c == '\n' || c == '\r' || c == '\t') {
      out += c;
    } else {
      out += '?';
    }
  }
  return out;
}

class Suite {
 public:
  enum class Outcome { passed, failed, skipped };

  void add(const std::string& group, const std::string& name, Outcome outcome,
           const std::string& message = "") {
    ++cases_;
    const auto out = std::back_inserter(text_);
    fmt::format_to(out, "  <testcase classname=\"{}\" name=\"{}\"", escaped(group), escaped(name));
    if (outcome == Outcome::passed) {
      text_ += "/>\n";
    } else if (outcome == Outcome::skipped) {
      ++skipped_;
      text_ += "><skipped/></testcase>\n";
    } else {
      ++failures_;
      fmt::format_to(out, "><failure message=\"{}\"/></testcase>\n", escaped(message));
    }
  }

  std::string xml(const std::string& name) const {
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" "
                       "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}"
                       "</testsuite>\n",
                       escaped(name), cases_, failures_, skipped_, text_);
  }

 private:
  std::string text_;
  unsigned cases_ = 0;
  unsigned failures_ = 0;
  unsigned skipped_ = 0;
};

using Outcome = Suite::Outcome;

void add_verdict(Suite& suite, const ObservedVm& vm, const Verdict& verdict) {
  switch (verdict.kind) {
    case Verdict::Kind::pass:
      return suite.add("vm", vm.name, Outcome::passed);
    case Verdict::Kind::none:
      return suite.add("vm", vm.name, Outcome::skipped);
    case Verdict::Kind::fail:
      return suite.add("vm", vm.name, Outcome::failed,
                       fmt::format("ended in cycle {} with code {}", verdict.cycle.value,
                                   verdict.code));
    case Verdict::Kind::reset:
      return suite.add("vm", vm.name, Outcome::failed, "asked for a reset");
  }
}

/// The first violation that `is_it`; the others are in stats.json.
template <class IsIt>
void add_check(Suite& suite, const Oracle* oracle, const std::string& group,
               const std::string& name, IsIt is_it) {
  if (oracle == nullptr) return suite.add(group, name, Outcome::skipped);
  const auto& all = oracle->violations();
  const auto found = std::find_if(all.begin(), all.end(), is_it);
  if (found == all.end()) return suite.add(group, name, Outcome::passed);
  suite.add(group, name, Outcome::failed,
            fmt::format("cycle {}, VM {}: {}", found->cycle.value, found->vm, found->text));
}

}  // namespace

std::string junit_xml(const RunData& run) {
  const ObservedPlatform& platform = run.description.platform;
  const Oracle* oracle = run.observation.checked_by();
  Suite suite;
  const bool ended = run.result.exit == ExitCode::pass ||
                     (run.result.exit == ExitCode::cycle_limit);
  suite.add("run", "end", ended ? Outcome::passed : Outcome::failed,
            run.result.reason + ": " + run.result.message);
  for (const ObservedVm& vm : platform.vms) {
    add_verdict(suite, vm, run.observation.watch.verdict(vm.number));
  }
  for (const std::string_view rule : oracle_rules) {
    add_check(suite, oracle, "oracle", std::string(rule),
              [&](const Violation& violation) { return violation.rule == rule; });
  }
  for (const Interval& interval : platform.intervals) {
    if (!interval.max) continue;
    const std::string begin = "interval '" + interval.name + "' ";
    add_check(suite, oracle, "interval", interval.name, [&](const Violation& violation) {
      return violation.rule == "interval-bound" && violation.text.rfind(begin, 0) == 0;
    });
  }
  for (const ObservedVm& vm : platform.vms) {
    if (vm.bounds.empty()) continue;
    add_check(suite, oracle, "latency", vm.name, [&](const Violation& violation) {
      return violation.rule == "latency-bound" && violation.vm == vm.number;
    });
  }
  return suite.xml(run.description.scenario);
}

}  // namespace cyclevisor
