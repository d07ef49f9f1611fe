// arrival-check RECORDING: reads off the event stream of arrival.S in which cycles of each sequence
// the timer's line rose for the guest's own deadline. All of them must have been hit, from the
// write of the comparator to the end of the sequence. Clock and timebase are the same here: cycle n
// has mtime n.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/probe/recording.hpp"
#include "platform/program/symbol_table.hpp"

using namespace cyclevisor;

namespace {

using Json = nlohmann::json;

constexpr unsigned mtip_line = 7;
constexpr unsigned deadline_register = 19;  // s3

/// Cycles behind a sequence that count as its own.
constexpr std::uint64_t cycles_behind = 20;

struct Sequence {
  std::string name;
  std::uint64_t begin = 0;  ///< address of the guest's store to mtimecmp
  std::uint64_t end = 0;    ///< address of the guest's first instruction behind it
  bool sleeps = false;      ///< ends with the hart asleep or with the other VM instead

  unsigned rounds = 0;
  std::set<std::uint64_t> landed;             ///< cycles after `begin` in which the line rose
  std::vector<std::uint64_t> written;         ///< cycles after `begin` of the comparator's write
  std::vector<std::uint64_t> ended;           ///< the end, where the deadline came later
  std::map<std::string, unsigned> functions;  ///< what ran where it landed
};

SymbolTable table(const Json& json) {
  std::vector<SymbolTable::Entry> list;
  for (const Json& entry : json) list.push_back({entry.at(0), entry.at(1), entry.at(2)});
  return SymbolTable(std::move(list));
}

class Watch final : public Sink {
 public:
  explicit Watch(const Json& head)
      : native_(head.at("platform").at("strategy") == "native"),
        alone_(head.at("platform").at("vms").size() == 1),
        machine_(table(head.at("symbols").at(0))) {
    std::map<std::string, std::uint64_t> labels;
    for (const Json& entry : head.at("symbols").at(native_ ? 0 : 1)) {
      const std::uint64_t address = entry.at(0);
      const std::string name = entry.at(2);
      labels[name] = address;
    }
    for (const char* name : {"write", "wfi", "mret"}) {
      Sequence sequence;
      sequence.name = name;
      sequence.begin = labels.at(sequence.name + "_begin");
      sequence.end = labels.at(sequence.name + "_end");
      sequence.sleeps = sequence.name == "wfi";
      sequences_.push_back(sequence);
    }
  }

  void on(const AddressSpace& event) override { vm_ = event.satp >> 44 & 0xffff; }
  void on(const Trap& event) override {
    if (!native_ && event.from == PrivilegeMode::user && vm_ == 1) begin(event.epc, event.cycle);
  }
  void on(const Retire& event) override {
    name_landing(event);
    complete_ = written_.has_value();  // one store may take two transfers
    const bool guest = native_ || (event.mode == PrivilegeMode::user && vm_ == 1);
    if (guest && event.rd == deadline_register) deadline_ = event.rd_value;
    if (guest && native_) begin(event.pc, event.cycle);
    if (current_ == nullptr) return;
    if (guest && !current_->sleeps && event.pc.value == current_->end) end(event.cycle);
    if (!native_ && current_->sleeps && event.mode == PrivilegeMode::user && vm_ == 2) {
      end(event.cycle);
    }
  }
  void on(const Idle& event) override {
    if (current_ != nullptr && current_->sleeps && alone_) end(event.cycle);
  }
  void on(const ApbTransfer& event) override {
    if (native_ || current_ == nullptr || !event.pwrite || risen_ || complete_) return;
    written_ = event.end.value - began_;
  }
  void on(const InterruptLine& event) override {
    if (event.number != mtip_line || !event.level || current_ == nullptr || risen_) return;
    // The comparator's output is registered: the line may be a cycle behind the match.
    if (event.cycle.value - deadline_ > 1) return;
    risen_ = true;
    current_->landed.insert(event.cycle.value - began_);
    if (written_) current_->written.push_back(*written_);
    landing_ = current_;
  }

  const std::vector<Sequence>& sequences() const { return sequences_; }

 private:
  void begin(VirtualAddress pc, Cycle cycle) {
    for (Sequence& sequence : sequences_) {
      if (pc.value != sequence.begin) continue;
      ++sequence.rounds;
      current_ = &sequence;
      began_ = cycle.value;
      risen_ = ended_ = complete_ = false;
      written_.reset();
      if (native_) written_ = 0;  // the store has retired: the comparator is written
    }
  }

  void end(Cycle cycle) {
    if (ended_) return;
    ended_ = true;
    if (cycle.value < deadline_) current_->ended.push_back(cycle.value - began_);
  }

  /// The first instruction that retires after the line rose was under way then.
  void name_landing(const Retire& event) {
    if (landing_ == nullptr) return;
    const bool machine = event.mode == PrivilegeMode::machine;
    const auto symbol = machine ? machine_.find(event.pc.value) : std::nullopt;
    ++landing_->functions[symbol ? symbol->name : fmt::format("VM {}", vm_)];
    landing_ = nullptr;
  }

  bool native_;
  bool alone_;
  SymbolTable machine_;
  std::vector<Sequence> sequences_;
  std::uint64_t vm_ = 0;
  std::uint64_t deadline_ = 0;
  Sequence* current_ = nullptr;
  Sequence* landing_ = nullptr;
  std::uint64_t began_ = 0;
  bool risen_ = false;
  bool ended_ = false;
  bool complete_ = false;
  std::optional<std::uint64_t> written_;
};

/// Some rounds take another way: the other VM has ended, or the deadline is past already.
std::uint64_t median(std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// True when every cycle was hit.
bool report(const Sequence& sequence) {
  if (sequence.landed.empty() || sequence.ended.empty() || sequence.written.empty()) {
    fmt::print("{}: {} rounds, {} landed, {} with a later deadline\n", sequence.name,
               sequence.rounds, sequence.landed.size(), sequence.ended.size());
    return false;
  }
  const std::uint64_t first = median(sequence.written) + 1;
  const std::uint64_t end = median(sequence.ended) + cycles_behind;
  unsigned missed = 0;
  for (std::uint64_t cycle = first; cycle <= end; ++cycle) {
    if (sequence.landed.count(cycle) != 0) continue;
    if (++missed <= 10) fmt::print("{}: no interrupt arrived in cycle {}\n", sequence.name, cycle);
  }
  fmt::print("{}: {} rounds; cycles {} to {} of the sequence, {} not hit; landed in\n",
             sequence.name, sequence.rounds, first, end, missed);
  for (const auto& [name, count] : sequence.functions) fmt::print("  {:5} {}\n", count, name);
  return missed == 0 && first <= end;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: arrival-check RECORDING\n");
    return 2;
  }
  try {
    RecordingReader reader(argv[1]);
    Watch watch(Json::parse(reader.head()));
    while (reader.next(watch)) {
    }
    bool good = true;
    for (const Sequence& sequence : watch.sequences()) good = report(sequence) && good;
    return good ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "arrival-check: {}\n", error.what());
    return 2;
  }
}
