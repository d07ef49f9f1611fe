#include <fmt/format.h>

#include "platform/report/html/charts.hpp"
#include "platform/report/html/report_parts.hpp"
#include "platform/report/html/text.hpp"

namespace cyclevisor::html {
namespace {

struct Statistic {
  const char* name;
  std::uint64_t (*value)(const Distribution&);
};
constexpr Statistic statistics[] = {
    {"min", [](const Distribution& d) { return d.min; }},
    {"p50", [](const Distribution& d) { return d.median; }},
    {"p99", [](const Distribution& d) { return d.p99; }},
    {"p99.9", [](const Distribution& d) { return d.p999; }},
    {"max", [](const Distribution& d) { return d.max; }},
    {"jitter", [](const Distribution& d) { return d.max - d.min; }},
};

std::string statistic_cell(const ReportModel& model, const ReportModel::Vm& vm,
                           const Statistic& statistic) {
  if (vm.latency.count == 0) return "<td>-</td>";
  const std::uint64_t value = statistic.value(vm.latency);
  return fmt::format("<td>{}<small>{}</small></td>", grouped(value), time(model, value));
}

constexpr const char* table_caption = "<caption>Cycles, and below them the time</caption>";

/// A row for each guest.
std::string wide_latency_table(const ReportModel& model) {
  std::string text = fmt::format(
      "<div class=\"scroll wide\"><table>{}<thead><tr><th class=\"l\">guest</th><th>n</th>",
      table_caption);
  for (const Statistic& statistic : statistics) {
    text += fmt::format("<th>{}</th>", statistic.name);
  }
  text += "</tr></thead><tbody>";
  for (const ReportModel::Vm& vm : model.vms) {
    text += fmt::format("<tr><td class=\"l\">{}</td><td>{}</td>", name_of(vm.number, vm.name),
                        grouped(vm.latency.count));
    for (const Statistic& statistic : statistics) text += statistic_cell(model, vm, statistic);
    text += "</tr>";
  }
  return text + "</tbody></table></div>\n";
}

/// A column for each guest.
std::string narrow_latency_table(const ReportModel& model) {
  std::string text =
      fmt::format("<div class=\"scroll narrow\"><table>{}<thead><tr><th></th>", table_caption);
  for (const ReportModel::Vm& vm : model.vms) {
    text += fmt::format("<th>{}</th>", name_of(vm.number, vm.name));
  }
  text += "</tr></thead><tbody><tr><td class=\"l\">n</td>";
  for (const ReportModel::Vm& vm : model.vms) {
    text += fmt::format("<td>{}</td>", grouped(vm.latency.count));
  }
  for (const Statistic& statistic : statistics) {
    text += fmt::format("</tr><tr><td class=\"l\">{}</td>", statistic.name);
    for (const ReportModel::Vm& vm : model.vms) text += statistic_cell(model, vm, statistic);
  }
  return text + "</tr></tbody></table></div>\n";
}

std::string latency_table(const ReportModel& model) {
  return wide_latency_table(model) + narrow_latency_table(model) +
         "<p class=\"note\">n: interrupts whose handler returned. p50, p99, p99.9: nearest rank. "
         "Jitter: max - min.</p>\n";
}

}  // namespace

std::string latency_section(const ReportModel& model) {
  if (model.samples.empty()) return {};
  return "<h2>Latency</h2>\n<p class=\"note\">From the deadline (the first cycle in which the "
         "mtime "
         "that the guest sees reaches its mtimecmp) to the cycle in which the first instruction of "
         "its handler retires.</p>\n" +
         legend(model, "<span>solid line: maximum</span><span>dotted line: median</span>") +
         "<figure>" + histogram(model, Size::wide) + histogram(model, Size::narrow) +
         "</figure>\n" + latency_table(model);
}

std::string waterfall_section(const ReportModel& model) {
  if (model.samples.empty()) return {};
  std::string text =
      "<h2>Where the cycles go</h2>\n<p class=\"note\">Median, 99th percentile and worst interrupt "
      "of "
      "each guest, each on a scale of its own. The phases follow one another and add up to the "
      "total: until the RTL's interrupt line rises, until the hart takes the trap, until the "
      "hypervisor has delivered the interrupt to the guest's vector, until the first instruction "
      "of "
      "the handler has retired (here ends the latency), until the next deadline is written, until "
      "the handler has returned.</p>\n";
  static constexpr const char* titles[] = {"median", "p99", "worst"};
  for (const ReportModel::Vm& vm : model.vms) {
    if (vm.typical.empty()) continue;
    text += fmt::format("<h3>{}</h3>\n<div class=\"falls\">", name_of(vm.number, vm.name));
    for (std::size_t i = 0; i < vm.typical.size(); ++i) {
      const ReportModel::Sample& sample = vm.typical[i];
      text += fmt::format("<figure><figcaption><b>{}</b> · {} cycles in all = {}</figcaption>{}",
                          titles[i], grouped(sample.total), time(model, sample.total),
                          waterfall(model, sample, vm.name + ", " + titles[i]));
      if (!sample.delivery.empty()) {
        text +=
            fmt::format("<p class=\"parts\"><b>deliver:</b> {}</p>", escape(list(sample.delivery)));
      }
      text += fmt::format("<p class=\"parts\">{}</p>", escape(blame(sample)));
      text += "</figure>";
    }
    text += "</div>\n";
  }
  return text;
}

std::string worst_samples_section(const ReportModel& model) {
  if (model.worst.empty()) return {};
  std::string text = fmt::format(
      "<h2>The {} worst interrupts</h2>\n<p class=\"note\">Every interrupt of the run over its "
      "deadline; the worst are numbered. The command below each runs the same again as far as the "
      "interrupt and opens the wave there.</p>\n",
      model.worst.size());
  text += legend(model, "");
  text += "<figure>" + timeline(model, Size::wide) + timeline(model, Size::narrow) + "</figure>\n";
  text += "<ol class=\"commands\">";
  for (std::size_t i = 0; i < model.worst.size(); ++i) {
    const ReportModel::Sample& sample = model.worst[i];
    text += fmt::format(
        "<li><div class=\"head\"><b>{}.</b>{}<span>{} cycles = {}</span>"
        "<span>deadline in cycle {} ({})</span></div>",
        i + 1, name_of(sample.vm, vm_name(model, sample.vm)), grouped(sample.latency),
        time(model, sample.latency), grouped(sample.deadline), time(model, sample.deadline));
    text += fmt::format("<p class=\"parts\">{}</p>", escape(blame(sample)));
    const std::string command = wave_command(model, sample);
    if (!command.empty()) {
      text += fmt::format("<details{}><summary>open its wave</summary>{}</details>",
                          i == 0 ? " open" : "", copyable(command));
    }
    text += "</li>";
  }
  return text + "</ol>\n";
}

}  // namespace cyclevisor::html
