#include <catch2/catch.hpp>
#include <cmath>
#include <regex>

#include "platform/report/html/charts.hpp"
#include "platform/report/html/report_page.hpp"
#include "platform/report/html/svg.hpp"
#include "platform/report/html/text.hpp"

using namespace cyclevisor;
using namespace cyclevisor::html;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

ReportModel::Sample sample(unsigned vm, std::uint64_t deadline, std::uint64_t deliver) {
  ReportModel::Sample s;
  s.vm = vm;
  s.deadline = deadline;
  s.phases = {0, 2, deliver, 4, 100, 50};
  s.latency = deliver + 6;
  s.total = s.latency + 150;
  return s;
}

/// Two guests, 100 interrupts each; one of VM 2 is far out.
ReportModel model_of_two(const std::string& name) {
  ReportModel model;
  model.scenario = name;
  model.strategy = "trap";
  model.monitor = "hypervisor";
  model.clock_hz = 100'000'000;
  model.timebase_hz = 10'000'000;
  model.pass = true;
  model.reason = "pass";
  model.cycles = 1'000'000;
  model.instructions = 400'000;
  for (unsigned number : {1u, 2u}) {
    ReportModel::Vm vm;
    vm.number = number;
    vm.name = name + std::to_string(number);
    vm.verdict = "pass";
    vm.ticks = 100;
    std::vector<std::uint64_t> latencies;
    for (unsigned i = 0; i < 100; ++i) {
      const bool far = number == 2 && i == 60;
      model.samples.push_back(sample(number, 10'000 * i + number, far ? 150'000 : 500 + 5 * i));
      latencies.push_back(model.samples.back().latency);
      if (far) model.worst.push_back(model.samples.back());
    }
    vm.latency = distribution(latencies);
    vm.typical = {sample(number, 10, 700), sample(number, 20, 900), sample(number, 30, 150'000)};
    vm.traps = {{"illegal instruction", 300}, {"load page fault", 20 * number}};
    model.vms.push_back(vm);
  }
  using Kind = ReportModel::Owner::Kind;
  model.owners = {{Kind::guest, 1, "one", 400'000},
                  {Kind::hypervisor, 1, "two", 200'000},
                  {Kind::boot, 0, "boot", 1'000},
                  {Kind::idle, 0, "idle", 399'000}};
  model.command = {"cyclevisor", "run",   "my scenario.toml", "--wave=vcd", "--outdir", "there",
                   "--gdb=0",    "--set", "run.max_cycles=5"};
  model.version = "1";
  model.digest = "d";
  model.configuration = "name = \"x\"\n";
  model.inputs = {{"a.toml", "0123"}};
  return model;
}

}  // namespace

TEST_CASE("html: text is escaped") {
  CHECK(escape("a<b> & \"c\" 'd'") == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  CHECK(escape("line\nand\ttab") == "line\nand\ttab");
  CHECK(escape("\x1b[2J\x7f") == "\xef\xbf\xbd[2J\xef\xbf\xbd");
  CHECK(escape("µ€😀") == "µ€😀");
  // Lone continuation, overlong '/', surrogate, cut off.
  CHECK(escape("\x80|\xc0\xaf|\xed\xa0\x80|\xe2\x82") ==
        "\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
        "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("html: numbers as people read them") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(18'446'744'073'709'551'615u) == "18,446,744,073,709,551,615");
  CHECK(duration(0, 100'000'000) == "0");
  CHECK(duration(1, 100'000'000) == "10.0 ns");
  CHECK(duration(99.96, 100'000'000) == "1.00 µs");
  CHECK(duration(910, 100'000'000) == "9.10 µs");
  CHECK(duration(153'259, 100'000'000) == "1.53 ms");
  CHECK(duration(69'854'807, 100'000'000) == "699 ms");
  CHECK(duration(4e9, 100'000'000) == "40.0 s");
  CHECK(percent(1, 0) == "0 %");
  CHECK(percent(0, 3) == "0 %");
  CHECK(percent(1, 3) == "33.3 %");
  CHECK(percent(1, 2000) == "0.1 %");
  CHECK(percent(1, 2001) == "< 0.1 %");
}

TEST_CASE("html: commands come back as they were") {
  CHECK(shell_quote("--set=a.b_c") == "--set=a.b_c");
  CHECK(shell_quote("") == "''");
  CHECK(shell_quote("a b") == "'a b'");
  CHECK(shell_quote("it's; rm -rf $HOME") == "'it'\\''s; rm -rf $HOME'");
}

TEST_CASE("html: scales") {
  const Scale linear(Scale::Kind::linear, 0, 100, 10, 20);
  CHECK(linear(0) == Approx(10));
  CHECK(linear(50) == Approx(15));
  CHECK(linear(1e9) == Approx(20));
  CHECK(linear.ticks(5) == std::vector<double>{0, 20, 40, 60, 80, 100});
  const Scale log(Scale::Kind::logarithmic, 1, 1000, 300, 0);
  CHECK(log(1) == Approx(300));
  CHECK(log(10) == Approx(200));
  CHECK(log(0) == Approx(300));
  CHECK(log.ticks(4) == std::vector<double>{1, 10, 100, 1000});
  CHECK(log.ticks(12).size() == 10);
}

TEST_CASE("html: histogram has an outline, a median and a maximum for each guest") {
  const ReportModel model = model_of_two("vm");
  for (const Size size : {Size::wide, Size::narrow}) {
    const std::string svg = histogram(model, size);
    CHECK(count(svg, "<polyline") == 2);
    CHECK(count(svg, "class=\"median v1\"") == 1);
    CHECK(count(svg, "class=\"maximum v2\"") == 1);
    CHECK(svg.find("150,006") != std::string::npos);
    CHECK(count(svg, "nan") == 0);
    CHECK(count(svg, "inf") == 0);
  }
}

/// The numbers of an attribute, of every element of a class, in order.
std::vector<double> numbers(const std::string& svg, const std::string& element,
                            const std::string& attribute) {
  std::vector<double> found;
  const std::regex number(" " + attribute + "=\"(-?[0-9.]+)\"");
  for (auto at = svg.find(element); at != std::string::npos; at = svg.find(element, at + 1)) {
    const std::string tag = svg.substr(svg.rfind('<', at), svg.find('>', at) - svg.rfind('<', at));
    std::smatch match;
    REQUIRE(std::regex_search(tag, match, number));
    found.push_back(std::stod(match[1]));
  }
  return found;
}

TEST_CASE("html: the maximum is labelled on the paper, however long the guest's name is") {
  ReportModel model = model_of_two("a-name-that-is-much-longer-than-a-telephone-is-wide-");
  for (const Size size : {Size::narrow, Size::wide}) {
    const std::string svg = histogram(model, size);
    CHECK(svg.find(model.vms[0].name) == std::string::npos);
    CHECK(svg.find("…: max") != std::string::npos);
    const double width = size == Size::wide ? 920 : 360;
    const std::regex label("<text class=\"strong v[12]\" x=\"([0-9.]+)\"[^>]*>([^<]*)");
    std::size_t labels = 0;
    for (std::sregex_iterator at(svg.begin(), svg.end(), label), end; at != end; ++at, ++labels) {
      const bool left = at->str(0).find("text-anchor=\"end\"") != std::string::npos;
      const double length = 7 * static_cast<double>((*at)[2].length());
      const double x = std::stod((*at)[1]);
      CHECK((left ? x - length : 0) >= 0);
      CHECK((left ? 0 : x + length) <= width);
    }
    CHECK(labels == 2);
  }
}

TEST_CASE("html: the worst samples' numbers stay near their dots and apart from one another") {
  ReportModel model = model_of_two("guest");
  model.worst.clear();
  for (unsigned i = 0; i < ReportModel::worst_count; ++i) {
    model.worst.push_back(sample(1 + i % 2, 20'000 + 500 * i, 150'000 - 1000 * i));
    model.samples.push_back(model.worst.back());
  }
  for (const Size size : {Size::narrow, Size::wide}) {
    const std::string svg = timeline(model, size);
    const auto x = numbers(svg, "class=\"ring ", "cx");
    const auto y = numbers(svg, "class=\"ring ", "cy");
    const auto dot = numbers(svg, "class=\"leader ", "x1");
    REQUIRE(x.size() == ReportModel::worst_count);
    REQUIRE(dot.size() == x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      CHECK(std::abs(x[i] - dot[i]) < 110);
      for (std::size_t other = 0; other < i; ++other) {
        CHECK(std::hypot(x[i] - x[other], y[i] - y[other]) > 16);
      }
    }
  }
}

TEST_CASE("html: a waterfall's bars follow one another") {
  const ReportModel model = model_of_two("vm");
  const std::string svg = waterfall(model, model.vms[0].typical[0], "median");
  const std::regex bar(R"re(<rect class="bar[^"]*" x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)")re");
  double end = 58;  // left edge of the plot
  std::size_t bars = 0;
  for (std::sregex_iterator at(svg.begin(), svg.end(), bar), none; at != none; ++at, ++bars) {
    const double x = std::stod((*at)[1]);
    const double width = std::stod((*at)[2]);
    CHECK(x == Approx(end).margin(1.1));
    // A phase of no length is still to be seen.
    CHECK(width >= 1);
    if (width > 1) end = x + width;
  }
  CHECK(bars == phase_count);
  CHECK(end == Approx(320 - 62).margin(1.5));
}

TEST_CASE("html: hostile names are text everywhere") {
  const ReportModel evil = model_of_two("</title><script>alert(1)</script>\"onload='x'");
  ReportModel model = evil;
  model.message = model.reason = model.digest = model.version = model.configuration = evil.scenario;
  model.command = {evil.scenario};
  model.inputs = {{evil.scenario, evil.scenario}};
  model.violation_count = 1;
  model.violations = {{1, evil.scenario, evil.scenario, evil.scenario}};
  model.vms[0].traps = {{evil.scenario, 1}};
  model.vms[0].undelivered = {{evil.scenario, 1, {{evil.scenario, 5}}}};
  model.vms[0].reasons = {{evil.scenario, 1, 2, 3}};
  for (ReportModel::Owner& owner : model.owners) owner.name = evil.scenario;
  for (ReportModel::Sample& worst : model.worst) worst.waits = {{evil.scenario, 5}};
  model.vms[0].typical[0].delivery = {{evil.scenario, 5}};
  const std::string page = report_page(model);
  CHECK(count(page, "<script>") == 1);
  CHECK(count(page, "</script>") == 1);
  CHECK(count(page, "</title>") == count(page, "<title>"));
  CHECK(count(page, "\"onload") == 0);
  CHECK(count(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;onload=&#39;x&#39;") > 20);
}

TEST_CASE("html: the command to a sample's wave") {
  const ReportModel model = model_of_two("vm");
  CHECK(wave_command(model, sample(1, 10'000, 500)) ==
        "cyclevisor run 'my scenario.toml' --set run.max_cycles=5 --wave fst --wave-window "
        "8000:12656 --max-cycles 12657 --outdir wave; gtkwave wave/latency.gtkw");
  CHECK(wave_command(model, sample(1, 5, 0)).find("--wave-window 0:") != std::string::npos);
}

TEST_CASE("html: a run without interrupts, traps or cycles has a report too") {
  ReportModel model;
  model.scenario = "nothing";
  model.reason = "deadlock";
  model.clock_hz = 1;
  const std::string page = report_page(model);
  CHECK(page.find("No timer interrupt was delivered") != std::string::npos);
  CHECK(page.find("class=\"badge bad\">✗ deadlock") != std::string::npos);
  CHECK(count(page, "nan") == 0);
}

TEST_CASE("html: what the latencies were spent on, and the deadlines without an interrupt") {
  ReportModel model = model_of_two("vm");
  model.vms[0].in_time = 60;
  model.vms[0].reasons = {{"the direct way", 100, model.vms[0].latency.sum - 7'000, 900},
                          {"other guests ran", 40, 7'000, 1'234}};
  model.vms[1].undelivered = {{"cancelled", 2, {{"in a device access", 3}, {"elsewhere", 4}}},
                              {"pending", 1, {}}};
  const std::string page = report_page(model);
  CHECK(count(page, "vm1</span>: 100 interrupts, 60 of them in time</th>") == 1);
  CHECK(count(page, "<td class=\"l wrap\">other guests ran</td><td>40</td><td>7,000</td>") == 1);
  CHECK(count(page, "<td>1,234</td></tr>") == 1);
  CHECK(count(page, "2 cancelled, in all 4 cycles elsewhere, 3 cycles in a device access.") == 1);
  CHECK(count(page, "1 pending.") == 1);
}

TEST_CASE("html: what the waits leave of a latency is the direct way") {
  ReportModel model = model_of_two("vm");
  REQUIRE(model.worst.front().latency == 150'006);
  model.worst.front().waits = {{"while the hypervisor was busy", 6}, {"while it rained", 149'000}};
  const std::string page = report_page(model);
  CHECK(
      page.find("It waited 149,000 cycles while it rained, 6 cycles while the hypervisor was busy; "
                "the direct way took the other 1,000.") != std::string::npos);
  CHECK(page.find("In time: 99.2 % of the latency is the phase deliver.") != std::string::npos);
}

TEST_CASE("html: verdict and worst case come first, accounts add up") {
  const ReportModel model = model_of_two("vm");
  const std::string page = report_page(model);
  const auto at = [&](const char* text) { return page.find(text); };
  CHECK(at("class=\"badge good\">✓ pass") < at("class=\"worst\" aria"));
  CHECK(at("class=\"worst\" aria") < at("<h2>"));
  CHECK(at("150,006 <small>cycles = 1.50 ms") < at("<h2>"));
  // Of VM 1 400,000 cycles are its own, 200,000 the hypervisor's.
  CHECK(at("vm1, in all; 33.3 % of it the hypervisor's</th><th>600,000</th>") <
        at("<td class=\"l wrap\"><span class=\"key"));
  CHECK(at("<td class=\"l\">all</td><td>1,000,000</td><td class=\"more\">10.0 ms</td><td>100.0 "
           "%</td>") != std::string::npos);
}
