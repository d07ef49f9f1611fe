// The section on the causes of all latencies' cycles.
#include <fmt/format.h>

#include "platform/report/html/report_parts.hpp"
#include "platform/report/html/text.hpp"

namespace cyclevisor::html {
namespace {

std::string rows_of(const ReportModel::Vm& vm) {
  std::string text = fmt::format(
      "<tr><th class=\"l wrap\" colspan=\"5\">{}: {} interrupts, {} of them in time</th></tr>",
      name_of(vm.number, vm.name), grouped(vm.latency.count), grouped(vm.in_time));
  for (const ReportModel::Reason& reason : vm.reasons) {
    text += fmt::format(
        "<tr><td class=\"l wrap\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        escape(reason.name), grouped(reason.interrupts), grouped(reason.cycles),
        percent(reason.cycles, vm.latency.sum), grouped(reason.longest));
  }
  return text;
}

std::string undelivered_of(const ReportModel::Vm& vm) {
  std::string text;
  for (const ReportModel::Undelivered& some : vm.undelivered) {
    text += fmt::format("<li>{}: {} {}", name_of(vm.number, vm.name), grouped(some.count),
                        escape(some.outcome));
    if (!some.waits.empty()) text += ", in all " + escape(waits_text(some.waits));
    text += ".</li>";
  }
  return text;
}

}  // namespace

std::string lateness_section(const ReportModel& model) {
  if (model.samples.empty()) return {};
  std::string text =
      "<h2>Why they were late</h2>\n<p class=\"note\">What the cycles of all latencies were spent "
      "on. On the direct way are the trap, the hypervisor's work that ends at the guest's vector, "
      "and the handler's first instruction; an interrupt that took no other was in time. n: "
      "interrupts that waited so.</p>\n"
      "<div class=\"scroll\"><table><thead><tr><th class=\"l\">cycles</th><th>n</th>"
      "<th>in all</th><th>share</th><th>longest</th></tr></thead><tbody>";
  std::string undelivered;
  for (const ReportModel::Vm& vm : model.vms) {
    if (vm.latency.count != 0) text += rows_of(vm);
    undelivered += undelivered_of(vm);
  }
  text += "</tbody></table></div>\n";
  if (undelivered.empty()) return text;
  return text +
         "<p class=\"note\">Deadlines that passed without an interrupt of their own (cancelled by "
         "a "
         "later one, coalesced with another that had passed too, or pending when the run ended), "
         "and what kept it away:</p>\n<ul class=\"undelivered\">" +
         undelivered + "</ul>\n";
}

}  // namespace cyclevisor::html
