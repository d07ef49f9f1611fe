#include "platform/run/moments.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "platform/base/configuration_error.hpp"
#include "platform/base/nearest.hpp"
#include "platform/boot/boot.hpp"
#include "platform/run/run_probe.hpp"
#include "platform/run/simulation.hpp"

namespace cyclevisor {
namespace {

constexpr const char* implicit_landmark = "stop-at";
// Around what the waves show.
constexpr std::uint64_t margin = 2000;

using Part = std::pair<Cycle, Cycle>;

// --- Probes --------------------------------------------------------------------------------------

/// Finds cycles, one or two for each moment.
class Finder : public RunProbe {
 public:
  const std::vector<Part>& found() const { return found_; }

 protected:
  void add(Cycle first, Cycle last) { found_.emplace_back(first, last); }

 private:
  std::vector<Part> found_;
};

/// The n-th hit of a landmark.
class LandmarkFinder final : public Finder {
 public:
  LandmarkFinder(std::string name, std::uint64_t n) : name_(std::move(name)), left_(n) {}

  void attach(EventStream&, LatencyObservation& observation, std::function<void()> stop) override {
    observation.landmarks.notify([this, &observation, stop](const LandmarkHit& hit) {
      if (observation.platform.landmarks[hit.landmark].name != name_) return;
      if (left_ == 0 || --left_ != 0) return;
      add(hit.cycle, hit.cycle);
      stop();
    });
  }

 private:
  std::string name_;
  std::uint64_t left_;
};

/// The retirement of the n-th instruction.
class InstructionFinder final : public Finder, private Sink {
 public:
  explicit InstructionFinder(std::uint64_t n) : left_(n) {}

  void attach(EventStream& stream, LatencyObservation&, std::function<void()> stop) override {
    stop_ = std::move(stop);
    stream.attach(*this);
  }

 private:
  void on(const Retire& event) override {
    if (left_ == 0 || --left_ != 0) return;
    add(event.cycle, event.cycle);
    stop_();
  }

  std::uint64_t left_;
  std::function<void()> stop_;
};

/// A console prints a text.
class ConsoleFinder final : public Finder {
 public:
  explicit ConsoleFinder(std::string text) : text_(std::move(text)) {}

  void attach(EventStream&, LatencyObservation&, std::function<void()> stop) override {
    stop_ = std::move(stop);
  }
  void printed(unsigned console, std::uint8_t character, Cycle at) override {
    std::string& tail = tails_[console];
    tail += static_cast<char>(character);
    if (tail.size() > text_.size()) tail.erase(0, 1);
    if (tail != text_ || !found().empty()) return;
    add(at, at);
    stop_();
  }

 private:
  std::string text_;
  std::map<unsigned, std::string> tails_;  ///< the last characters of each console
  std::function<void()> stop_;
};

/// Timer interrupts: the `count` worst ones, or the n-th one of a VM.
class InterruptFinder final : public Finder {
 public:
  static InterruptFinder worst(std::uint64_t count) { return {count, "", 0}; }
  static InterruptFinder nth(std::string vm, std::uint64_t n) { return {1, std::move(vm), n}; }

  void attach(EventStream&, LatencyObservation& observation, std::function<void()>) override {
    observation_ = &observation;
  }
  void finish() override {
    std::vector<LatencySample> samples = observation_->ledger.samples();
    const auto of_other_vm = [this](const LatencySample& sample) {
      return observation_->platform.find(sample.vm)->name != vm_;
    };
    if (!vm_.empty()) {
      samples.erase(std::remove_if(samples.begin(), samples.end(), of_other_vm), samples.end());
      if (samples.size() < n_) return;
      samples = {samples[n_ - 1]};
    }
    std::stable_sort(samples.begin(), samples.end(),
                     [](const LatencySample& a, const LatencySample& b) {
                       return a.latency() > b.latency();
                     });
    for (std::size_t i = 0; i < std::min<std::size_t>(count_, samples.size()); ++i) {
      add(samples[i].deadline, samples[i].deadline + Cycle(samples[i].total));
    }
  }

 private:
  InterruptFinder(std::uint64_t count, std::string vm, std::uint64_t n)
      : count_(count), vm_(std::move(vm)), n_(n) {}

  std::uint64_t count_;
  std::string vm_;  ///< empty: any
  std::uint64_t n_;
  LatencyObservation* observation_ = nullptr;
};

// --- The run that finds --------------------------------------------------------------------------

/// A folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "cyclevisor.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw ConfigurationError(name, "no temporary folder can be made there");
    }
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// In the child process.
[[noreturn]] void find(RunRequest request, Finder& finder, int to) {
  int code = 0;
  try {
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    request.outputs = {};
    request.outputs.observe = Observe::latency;
    request.scenario.wave = WaveChoice::none;
    request.scenario.stuck_vm = StuckVm::report;
    request.scenario.sinks.clear();
    request.coverage = RunRequest::Coverage::off;
    request.debugger.reset();
    request.presentation = {};
    request.probe = &finder;
    simulate(request);
    std::ostringstream text;
    for (const auto& [first, last] : finder.found()) {
      text << first.value << ' ' << last.value << '\n';
    }
    const std::string whole = text.str();
    if (::write(to, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) code = 1;
  } catch (...) {
    code = 1;  // the run itself will fail in the same way, and say it
  }
  ::_exit(code);
}

/// SystemC simulates once in a process, so it is a child that finds. Nothing: it failed.
std::optional<std::vector<Part>> run_to_find(const RunRequest& request, Finder& finder) {
  const TemporaryFolder folder;
  int ends[2];
  if (::pipe(ends) != 0) throw ConfigurationError("pipe", "cannot be made");
  std::cout.flush();
  std::cerr.flush();
  const pid_t child = ::fork();
  if (child < 0) throw ConfigurationError("fork", "no process can be made");
  if (child == 0) {
    ::close(ends[0]);
    RunRequest copy = request;
    copy.outdir = folder.path();
    find(std::move(copy), finder, ends[1]);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  std::vector<Part> found;
  std::istringstream in(text);
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  while (in >> first >> last) found.emplace_back(Cycle(first), Cycle(last));
  return found;
}

// --- What is to be found -------------------------------------------------------------------------

[[noreturn]] void refuse(const std::string& option, const std::string& given,
                         const std::string& reason) {
  throw ConfigurationError(option + " " + given, reason);
}

std::optional<std::uint64_t> number(const std::string& text) {
  std::uint64_t value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || value == 0) return std::nullopt;
  return value;
}

/// "name:3" is (name, 3), "name" is (name, 1).
std::pair<std::string, std::uint64_t> counted(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string::npos) {
    if (const auto n = number(text.substr(colon + 1))) return {text.substr(0, colon), *n};
  }
  return {text, 1};
}

bool has_landmark(const Scenario& scenario, const std::string& name) {
  return std::any_of(scenario.landmarks.begin(), scenario.landmarks.end(),
                     [&](const LandmarkSection& landmark) { return landmark.name == name; });
}

/// A place that is no landmark yet: [VM/]PLACE.
LandmarkSection place(const Scenario& scenario, const std::string& option, const std::string& given,
                      const std::string& text) {
  const std::size_t slash = text.find('/');
  LandmarkSection section;
  section.name = implicit_landmark;
  section.where = section.at_where = section.vm_where = option + " " + given;
  section.at = slash == std::string::npos ? text : text.substr(slash + 1);
  if (slash != std::string::npos) {
    section.vm = text.substr(0, slash);
  } else if (scenario.vms.size() == 1) {
    section.vm = scenario.vms.front().name;
  } else {
    refuse(option, given,
           "it is no landmark; with several VMs a place in a program is written VM/PLACE, such as "
           "\"" + scenario.vms.front().name + "/main\"");
  }
  return section;
}

void find_stop(RunRequest& request) {
  const std::string option = "--stop-at";
  const std::string given = request.stop_at;
  RunRequest finding = request;
  std::unique_ptr<Finder> finder;
  const std::string instructions = "instructions:";
  const std::string console = "console:";
  if (given.rfind(instructions, 0) == 0) {
    const auto n = number(given.substr(instructions.size()));
    if (!n) refuse(option, given, "a number of instructions is an integer from 1");
    finder = std::make_unique<InstructionFinder>(*n);
  } else if (given.rfind(console, 0) == 0) {
    if (given.size() == console.size()) refuse(option, given, "the text is empty");
    finder = std::make_unique<ConsoleFinder>(given.substr(console.size()));
  } else {
    auto [name, n] = counted(given);
    if (!has_landmark(request.scenario, name)) {
      finding.scenario.landmarks.push_back(place(request.scenario, option, given, name));
      plan_boot(finding.scenario);  // says what is wrong with the place
      name = implicit_landmark;
    }
    finder = std::make_unique<LandmarkFinder>(name, n);
  }
  const auto found = run_to_find(finding, *finder);
  if (!found) return;
  if (found->empty()) {
    std::cerr << fmt::format("cyclevisor: note: --stop-at {}: that does not happen\n", given);
    request.stop_at.clear();
    return;
  }
  request.scenario.max_cycles = found->front().first.value + 1;
}

void find_wave_parts(RunRequest& request) {
  const std::string option = "--wave";
  const std::string given = request.waves_of;
  std::unique_ptr<Finder> finder;
  const auto [kind, n] = counted(given);
  const std::string landmark = "landmark:";
  const std::string interrupt = "interrupt:";
  if (kind == "worst") {
    finder = std::make_unique<InterruptFinder>(InterruptFinder::worst(n));
  } else if (given.rfind(interrupt, 0) == 0 && kind != given) {
    const std::string vm = kind.substr(interrupt.size());
    std::vector<std::string> names;
    for (const ScenarioVm& one : request.scenario.vms) names.push_back(one.name);
    if (std::find(names.begin(), names.end(), vm) == names.end()) {
      refuse(option, given, fmt::format("there is no VM named '{}'{}", vm,
                                        did_you_mean(vm, names, those_that_are(names))));
    }
    finder = std::make_unique<InterruptFinder>(InterruptFinder::nth(vm, n));
  } else if (given.rfind(landmark, 0) == 0) {
    const std::string name = kind.substr(landmark.size());
    if (!has_landmark(request.scenario, name)) {
      refuse(option, given, "the scenario has no landmark '" + name + "'");
    }
    finder = std::make_unique<LandmarkFinder>(name, n);
  } else {
    refuse(option, given, "write worst, worst:K, interrupt:VM:N, or landmark:NAME[:N]");
  }
  const auto found = run_to_find(request, *finder);
  if (!found) return;
  if (found->empty()) {
    refuse(option, given, "that does not happen in this run, so there is nothing to be shown");
  }
  std::vector<Part>& parts = request.outputs.wave_parts;
  for (const auto& [first, last] : *found) {
    parts.emplace_back(Cycle(first.value - std::min(first.value, margin)), last + Cycle(margin));
  }
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.first < b.first; });
  request.outputs.wave_window = {};
  request.outputs.wave_window.first = parts.front().first;
  for (const Part& part : parts) {
    const bool later = request.outputs.wave_window.last == Cycle::never() ||
                       request.outputs.wave_window.last < part.second;
    if (later) request.outputs.wave_window.last = part.second;
  }
}

}  // namespace

void find_moments(RunRequest& request) {
  if (!request.stop_at.empty()) find_stop(request);
  if (!request.waves_of.empty()) find_wave_parts(request);
}

}  // namespace cyclevisor
