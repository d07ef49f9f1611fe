#include "platform/report/html/report_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "platform/report/html/charts.hpp"
#include "platform/report/html/report_parts.hpp"
#include "platform/report/html/text.hpp"
#include "report_assets.hpp"

namespace cyclevisor::html {
namespace {

std::string fact(const std::string& name, const std::string& value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value));
}

std::string worst_case(const ReportModel& model) {
  if (model.worst.empty()) {
    return "<section class=\"worst\"><p>No timer interrupt was delivered: there is no latency to "
           "show.</p></section>\n";
  }
  const ReportModel::Sample& worst = model.worst.front();
  return fmt::format(
      "<section class=\"worst\" aria-label=\"Worst case\"><div class=\"figure\"><span>worst case"
      "</span>{} <small>cycles = {}</small></div>"
      "<p>from the deadline in cycle {} to the first instruction of the handler of "
      "<b>{}</b>. {}</p></section>\n",
      grouped(worst.latency), time(model, worst.latency), grouped(worst.deadline),
      name_of(worst.vm, vm_name(model, worst.vm)), escape(blame(worst)));
}

std::string head(const ReportModel& model) {
  std::string text = fmt::format(
      "<header><h1>{}</h1><span class=\"badge {}\">{} {}</span></header>\n", escape(model.scenario),
      model.pass ? "good" : "bad", model.pass ? "✓" : "✗", escape(model.reason));
  const std::string behind = model.monitor == "firmware" ? " behind a firmware" : "";
  text += fmt::format(
      "<p class=\"sub\">strategy {}{} · clock {} MHz · timebase {} MHz · cyclevisor {}</p>\n",
      escape(model.strategy), behind, static_cast<double>(model.clock_hz) / 1e6,
      static_cast<double>(model.timebase_hz) / 1e6, escape(model.version));
  if (!model.message.empty()) {
    text += fmt::format("<p class=\"message\">{}</p>\n", escape(model.message));
  }
  for (const std::string& note : model.notes) {
    text += fmt::format("<p class=\"message\">{}</p>\n", escape(note));
  }
  text += worst_case(model);
  std::uint64_t ticks = 0;
  std::uint64_t traps = 0;
  for (const ReportModel::Vm& vm : model.vms) {
    ticks += vm.ticks;
    for (const auto& [cause, count] : vm.traps) traps += count;
  }
  text += "<dl class=\"facts\">";
  text += fact("oracle violations", grouped(model.violation_count));
  text += fact("timer interrupts", grouped(ticks));
  text += fact("traps of guests", grouped(traps));
  text += fact("instructions", grouped(model.instructions));
  text += fact("length of the run", time(model, model.cycles));
  text += fact("in cycles", grouped(model.cycles));
  return text + "</dl>\n";
}

std::string violations(const ReportModel& model) {
  if (model.violation_count == 0) return {};
  std::string text =
      "<h2>Violations</h2>\n<p class=\"note\">What the oracle found: the rules are in "
      "docs/oracle.md.</p>\n<div class=\"scroll\"><table><thead><tr><th>cycle</th><th class=\"l\">"
      "guest</th><th class=\"l\">rule</th><th class=\"l\">what happened</th></tr></thead><tbody>";
  for (const ReportModel::Violation& row : model.violations) {
    text += fmt::format(
        "<tr><td>{}</td><td class=\"l\">{}</td><td class=\"l\">{}</td><td class=\"l wrap\">{}</td>"
        "</tr>",
        grouped(row.cycle), escape(row.vm), escape(row.rule), escape(row.text));
  }
  text += "</tbody></table></div>\n";
  if (model.violation_count > model.violations.size()) {
    text += fmt::format("<p class=\"note\">The first {} of {}.</p>\n", model.violations.size(),
                        grouped(model.violation_count));
  }
  return text;
}

std::string traps(const ReportModel& model) {
  std::map<std::string, std::map<unsigned, std::uint64_t>> by_cause;
  std::map<std::string, std::uint64_t> sums;
  std::uint64_t most = 1;
  for (const ReportModel::Vm& vm : model.vms) {
    for (const auto& [cause, count] : vm.traps) {
      by_cause[cause][vm.number] += count;
      sums[cause] += count;
      most = std::max(most, count);
    }
  }
  if (by_cause.empty()) return {};
  std::vector<std::string> causes;
  for (const auto& [cause, sum] : sums) causes.push_back(cause);
  std::stable_sort(causes.begin(), causes.end(),
                   [&](const auto& a, const auto& b) { return sums.at(a) > sums.at(b); });
  std::string text =
      "<h2>Traps by cause</h2>\n<p class=\"note\">What made a guest leave its own code.</p>\n"
      "<div class=\"scroll\"><table><thead><tr><th class=\"l\">cause</th>";
  for (const ReportModel::Vm& vm : model.vms) {
    text += fmt::format("<th>{}</th>", name_of(vm.number, vm.name));
  }
  text += "<th class=\"meters\"></th></tr></thead><tbody>";
  for (const std::string& cause : causes) {
    text += fmt::format("<tr><td class=\"l wrap\">{}</td>", escape(cause));
    std::string meters;
    for (const ReportModel::Vm& vm : model.vms) {
      const auto place = by_cause[cause].find(vm.number);
      const std::uint64_t count = place == by_cause[cause].end() ? 0 : place->second;
      text += fmt::format("<td>{}</td>", grouped(count));
      if (count == 0) continue;
      meters += fmt::format("<span class=\"meter {}\" style=\"width:{:.1f}%\"></span>",
                            vm_class(vm.number),
                            100.0 * static_cast<double>(count) / static_cast<double>(most));
    }
    text += fmt::format("<td class=\"meters\">{}</td></tr>", meters);
  }
  text += "</tbody><tfoot><tr><td class=\"l\">all</td>";
  for (const ReportModel::Vm& vm : model.vms) {
    std::uint64_t sum = 0;
    for (const auto& [cause, count] : vm.traps) sum += count;
    text += fmt::format("<td>{}</td>", grouped(sum));
  }
  return text + "<td class=\"meters\"></td></tr></tfoot></table></div>\n";
}

/// The row above a guest's parts.
std::string guest_sum(const ReportModel& model, unsigned vm) {
  std::uint64_t all = 0;
  std::uint64_t own = 0;
  for (const ReportModel::Owner& owner : model.owners) {
    if (owner.vm != vm) continue;
    all += owner.cycles;
    if (owner.kind == ReportModel::Owner::Kind::guest) own += owner.cycles;
  }
  return fmt::format(
      "<tr><th class=\"l wrap\">{}, in all; {} of it the {}'s</th><th>{}</th>"
      "<th class=\"more\">{}</th><th>{}</th></tr>",
      escape(vm_name(model, vm)), percent(all - own, all), model.monitor, grouped(all),
      time(model, all), percent(all, model.cycles));
}

std::string account(const ReportModel& model) {
  const char* who_pays =
      model.monitor == "hypervisor"
          ? " A guest pays for its traps after which it goes on itself; a trap after which another "
            "one runs is a world switch, which that one pays for."
          : "";
  std::string text =
      fmt::format(
          "<h2>Cycle accounting</h2>\n<p class=\"note\">Every cycle of the run has one "
          "owner.{}</p>\n<figure>",
          who_pays) +
      account_bar(model) +
      "</figure>\n<div class=\"scroll\"><table><thead><tr><th class=\"l\">owner"
      "</th><th>cycles</th><th class=\"more\">time</th><th>share</th></tr></thead><tbody>";
  std::uint64_t sum = 0;
  unsigned guest = 0;
  for (const ReportModel::Owner& owner : model.owners) {
    sum += owner.cycles;
    if (owner.vm != guest && owner.vm != 0 && !model.monitor.empty()) {
      text += guest_sum(model, owner.vm);
    }
    guest = owner.vm;
    if (owner.cycles == 0) continue;
    text += fmt::format(
        "<tr><td class=\"l wrap\"><span class=\"key {}\"></span>{}</td><td>{}</td>"
        "<td class=\"more\">{}</td><td>{}</td></tr>",
        owner_class(owner), escape(owner.name), grouped(owner.cycles), time(model, owner.cycles),
        percent(owner.cycles, model.cycles));
  }
  return text + fmt::format(
                    "</tbody><tfoot><tr><td class=\"l\">all</td><td>{}</td>"
                    "<td class=\"more\">{}</td><td>{}</td></tr></tfoot></table></div>\n",
                    grouped(sum), time(model, sum), percent(sum, model.cycles));
}

std::string reproduce(const ReportModel& model) {
  std::string command;
  for (const std::string& word : model.command) {
    command += (command.empty() ? "" : " ") + shell_quote(word);
  }
  std::string text =
      "<h2>Reproduce</h2>\n<p class=\"note\">The same inputs give the same bytes. Two runs are the "
      "same when their digests are. <code>cyclevisor</code> is <code>build/release/bin/cyclevisor"
      "</code>; relative paths begin where it was called.</p>\n" +
      copyable(command) +
      fmt::format("<p>Digest of the {} events: <code>{}</code></p>\n", grouped(model.events),
                  escape(model.digest));
  text +=
      "<h3>Inputs</h3>\n<table><thead><tr><th class=\"l\">file</th><th class=\"l\">SHA-256</th>"
      "</tr></thead><tbody>";
  for (const auto& [path, hash] : model.inputs) {
    text += fmt::format(
        "<tr><td class=\"l wrap\">{}</td><td class=\"l wrap\"><code>{}</code></td>"
        "</tr>",
        escape(path), escape(hash));
  }
  text +=
      "</tbody></table>\n<h3>Guests</h3>\n<table><thead><tr><th class=\"l\">guest</th>"
      "<th class=\"l\">ended with</th><th>timer interrupts</th></tr></thead><tbody>";
  for (const ReportModel::Vm& vm : model.vms) {
    text += fmt::format("<tr><td class=\"l\">{}</td><td class=\"l\">{}</td><td>{}</td></tr>",
                        name_of(vm.number, vm.name), escape(vm.verdict), grouped(vm.ticks));
  }
  return text + "</tbody></table>\n<h3>Configuration</h3>\n<pre>" + escape(model.configuration) +
         "</pre>\n";
}

}  // namespace

std::string report_page(const ReportModel& model) {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n";
  page +=
      fmt::format("<title>{} - cyclevisor</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n",
                  escape(model.scenario), report_style);
  page += head(model);
  page += violations(model);
  page += latency_section(model);
  page += waterfall_section(model);
  page += lateness_section(model);
  page += worst_samples_section(model);
  page += traps(model);
  page += account(model);
  page += reproduce(model);
  page += fmt::format("</main>\n<script>\n{}</script>\n</body>\n</html>\n", report_script);
  return page;
}

}  // namespace cyclevisor::html
