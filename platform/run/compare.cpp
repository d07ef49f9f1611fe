#include "platform/run/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"
#include "platform/base/sha256.hpp"
#include "platform/report/event_text.hpp"
#include "platform/report/recording_text.hpp"
#include "platform/run/recorded_run.hpp"

namespace cyclevisor {
namespace {

/// Number of events shown before the first difference, and after it for each run.
constexpr std::size_t shown_before = 5;
constexpr std::size_t shown_after = 3;

/// Contents of the manifest in an output folder.
struct Manifest {
  std::string digest;
  std::vector<RunInput> inputs;
};

/// What the manifest says about the run holds only for the files that the run wrote.
void check_result(const std::filesystem::path& folder, const std::string& name,
                  const std::string& hash) {
  if (name.find('/') == std::string::npos && sha256_of_file(folder / name) == hash) return;
  throw ConfigurationError((folder / name).string(),
                           "is not the file that the run wrote (manifest.json has its SHA-256)");
}

Manifest read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "manifest.json";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    throw ConfigurationError(folder.string(),
                             "has no manifest.json: not the output folder of a run");
  }
  try {
    const auto json = nlohmann::json::parse(read_file(path, path.string()));
    if (!json.contains("digest")) {
      throw ConfigurationError(path.string(), "has no digest: run without --observe");
    }
    Manifest manifest;
    manifest.digest = json.at("digest");
    for (const auto& input : json.at("inputs")) {
      manifest.inputs.push_back({input.at("path"), input.at("sha256")});
    }
    if (json.contains("results")) {
      for (const auto& [name, hash] : json.at("results").items()) check_result(folder, name, hash);
    }
    return manifest;
  } catch (const nlohmann::json::parse_error& error_in) {
    throw ConfigurationError(path.string(),
                             fmt::format("is no JSON from byte {} on", error_in.byte));
  } catch (const nlohmann::json::exception&) {
    throw ConfigurationError(path.string(),
                             "is no manifest of a run: that has a 'digest', and 'inputs' with "
                             "'path' and 'sha256', all of them texts");
  }
}

bool has_recording(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / recording_name, error);
}

/// One of the two recordings, read event by event.
class Side {
 public:
  explicit Side(const std::filesystem::path& folder)
      : path_(find_recording(folder)),
        reader_(path_),
        description_(read_recording_head(reader_.head(), path_)) {}

  /// Reads the next event; false at the end.
  bool next() { return reader_.next(current_); }
  const AnyEvent& event() const { return current_.event; }
  const std::vector<SymbolTable>& symbols() const { return description_.symbols; }
  /// The owners of the VM numbers: "0 hypervisor, 1 rtos".
  std::string vms() const {
    std::string text;
    // Consoles are numbered like their owners.
    const std::vector<std::string> names = console_names(description_.platform);
    for (std::size_t i = 0; i < names.size(); ++i) {
      text += fmt::format("{}{} {}", i == 0 ? "" : ", ", i, names[i]);
    }
    return text;
  }

 private:
  std::filesystem::path path_;
  RecordingReader reader_;
  RunDescription description_;
  EventCapture current_;
};

/// The common events before the difference.
class Common {
 public:
  void add(const AnyEvent& event) {
    if (last_.size() == shown_before) {
      // Events that drop off the list still tell which VM runs.
      if (const auto* space = std::get_if<AddressSpace>(&last_[oldest_])) space_ = *space;
      last_[oldest_] = event;
      oldest_ = (oldest_ + 1) % shown_before;
    } else {
      last_.push_back(event);
    }
    ++count_;
  }

  std::uint64_t count() const { return count_; }
  /// Advances `text` to the first difference; the lines go to `out`.
  void tell(EventText& text, std::ostream* out) const {
    text.line(space_);
    for (std::size_t i = 0; i < last_.size(); ++i) {
      const std::string line = text.line(last_[(oldest_ + i) % last_.size()]);
      if (out != nullptr) *out << "  " << line;
    }
  }

 private:
  std::vector<AnyEvent> last_;
  std::size_t oldest_ = 0;
  AddressSpace space_;
  std::uint64_t count_ = 0;
};

/// Writes the events of one run from the difference on.
void tell_rest(const char* name, Side& side, bool more, const Common& common, std::ostream& out) {
  EventText text(side.symbols());
  common.tell(text, nullptr);
  if (!more) out << name << " the run ends\n";
  for (std::size_t i = 0; more && i <= shown_after; ++i) {
    out << (i == 0 ? name : " ") << " " << text.line(side.event());
    more = side.next();
  }
}

Comparison compare_events(const std::filesystem::path& a, const std::filesystem::path& b,
                          std::ostream& out) {
  Side first(a);
  Side second(b);
  Common common;
  bool more_a = first.next();
  bool more_b = second.next();
  while (more_a && more_b && same_event(first.event(), second.event())) {
    common.add(first.event());
    more_a = first.next();
    more_b = second.next();
  }
  if (!more_a && !more_b) {
    out << fmt::format("identical: {} events\n", common.count());
    return Comparison::identical;
  }
  out << fmt::format("The first {} events are the same. The last of them, then what is not:\n",
                     common.count());
  out << "  cycle, VM, mode, pc, symbol: instruction and what it changed; VM " << first.vms();
  if (second.vms() != first.vms()) out << "; in B " << second.vms();
  out << "\n";
  EventText text(first.symbols());
  common.tell(text, &out);
  tell_rest("A", first, more_a, common, out);
  tell_rest("B", second, more_b, common, out);
  return Comparison::different;
}

void tell_inputs(const Manifest& a, const Manifest& b, std::ostream& out) {
  for (std::size_t i = 0; i < std::max(a.inputs.size(), b.inputs.size()); ++i) {
    const std::string in_a = i < a.inputs.size() ? a.inputs[i].path : "none";
    const std::string in_b = i < b.inputs.size() ? b.inputs[i].path : "none";
    const bool same =
        i < a.inputs.size() && i < b.inputs.size() && a.inputs[i].sha256 == b.inputs[i].sha256;
    if (!same) out << fmt::format("input {}: {} and {} are not the same file\n", i + 1, in_a, in_b);
  }
}

}  // namespace

Comparison compare_runs(const std::filesystem::path& a, const std::filesystem::path& b,
                        std::ostream& out) {
  const Manifest first = read_manifest(a);
  const Manifest second = read_manifest(b);
  if (first.digest == second.digest) {
    out << "identical: digest " << first.digest << "\n";
    return Comparison::identical;
  }
  out << "A: " << a.string() << ", digest " << first.digest << "\n"
      << "B: " << b.string() << ", digest " << second.digest << "\n";
  tell_inputs(first, second, out);
  if (has_recording(a) && has_recording(b)) return compare_events(a, b, out);
  out << "different; to see where, run both with --record\n";
  return Comparison::different;
}

}  // namespace cyclevisor
