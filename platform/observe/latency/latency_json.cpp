// latency.json, as docs/latency.schema.json describes it. A run has an object for each of its
// interrupts; they are written as text at once.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "platform/observe/latency/latency_ledger.hpp"

namespace cyclevisor {
namespace {

/// The VMs' names as they stand between the quotes of a JSON string.
class Names {
 public:
  explicit Names(const std::vector<ObservedVm>& vms) {
    for (const ObservedVm& vm : vms) {
      const std::string quoted = nlohmann::json(vm.name).dump();
      names_[vm.number] = quoted.substr(1, quoted.size() - 2);
    }
  }
  /// Empty for a number that no VM has.
  std::string_view of(unsigned number) const {
    const auto found = names_.find(number);
    return found == names_.end() ? std::string_view() : found->second;
  }

 private:
  std::map<unsigned, std::string> names_;
};

/// A JSON object, added to a text member by member while it lives. Keys and strings are as they
/// stand between the quotes.
class Object {
 public:
  explicit Object(std::string& text) : text_(text) { text_ += '{'; }
  ~Object() { text_ += '}'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  void add(std::string_view key, std::uint64_t value) {
    begin(key);
    const fmt::format_int digits(value);
    text_.append(digits.data(), digits.size());
  }
  void add(std::string_view key, std::string_view value) {
    begin(key);
    text_.append(1, '"').append(value).append(1, '"');
  }
  /// An object as the last member so far, complete before the next one is added.
  Object object(std::string_view key) {
    begin(key);
    return Object(text_);
  }

 private:
  void begin(std::string_view key) {
    if (text_.back() != '{') text_ += ',';
    text_.append(1, '"').append(key).append("\":");
  }

  std::string& text_;
};

/// The waits that are not zero, and the VMs that ran during them.
void add_waits(Object& parent, const Waits& waits, const Ran& ran, const Names& names) {
  {
    Object object = parent.object("waits");
    for (std::size_t i = 0; i < wait_count; ++i) {
      if (waits[i] != 0) object.add(wait_names[i], waits[i]);
    }
  }
  if (ran.empty()) return;
  Object object = parent.object("ran");
  for (const auto& [vm, cycles] : ran) object.add(names.of(vm), cycles);
}

void write(std::string& text, const LatencySample& sample, const Names& names) {
  Object object(text);
  object.add("vm", names.of(sample.vm));
  object.add("deadline", sample.deadline.value);
  if (sample.overdue != 0) object.add("overdue", sample.overdue);
  {
    Object phases = object.object("phases");
    for (std::size_t i = 0; i < phase_count; ++i) phases.add(phase_names[i], sample.phases[i]);
  }
  {
    Object delivery = object.object("delivery");
    for (std::size_t i = 0; i < delivery_part_count; ++i) {
      if (sample.delivery[i] != 0) delivery.add(delivery_part_name(i), sample.delivery[i]);
    }
  }
  add_waits(object, sample.waits, sample.ran, names);
  object.add("total", sample.total);
}

void write(std::string& text, const UndeliveredInterrupt& interrupt, const Names& names) {
  Object object(text);
  object.add("vm", names.of(interrupt.vm));
  object.add("deadline", interrupt.deadline.value);
  object.add("until", interrupt.until.value);
  object.add("outcome", outcome_names[static_cast<std::size_t>(interrupt.outcome)]);
  add_waits(object, interrupt.waits, interrupt.ran, names);
}

void write(std::string& text, unsigned number, const LatencyLedger& ledger, const Names& names) {
  Object object(text);
  object.add("number", number);
  object.add("name", names.of(number));
  object.add("delivered", ledger.delivered(number));
  const auto undelivered = ledger.undelivered_count(number);
  for (std::size_t i = 0; i < outcome_count; ++i) object.add(outcome_names[i], undelivered[i]);
}

/// Writes `"key": [` and one line for each of `items`, then `]`. `line` adds an item to a text.
template <class Item, class Line>
void write_lines(std::ostream& out, const char* key, const std::vector<Item>& items, Line line) {
  out << "  \"" << key << "\": [";
  std::string text = "\n    ";
  for (const Item& item : items) {
    line(text, item);
    out << text;
    text = ",\n    ";
  }
  out << (items.empty() ? "]" : "\n  ]");
}

}  // namespace

void LatencyLedger::write_json(std::ostream& out) const {
  const Names names(platform_.vms);
  const auto line = [&names](std::string& text, const auto& item) { write(text, item, names); };
  out << "{\n  \"unit\": \"cycles\",\n  \"clock_hz\": " << platform_.clock_hz << ",\n";
  write_lines(out, "vms", platform_.vms, [&](std::string& text, const ObservedVm& vm) {
    write(text, vm.number, *this, names);
  });
  out << ",\n";
  write_lines(out, "samples", samples_, line);
  out << ",\n";
  write_lines(out, "undelivered", undelivered_, line);
  out << "\n}\n";
}

}  // namespace cyclevisor
