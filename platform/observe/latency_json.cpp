// latency.json, as docs/latency.schema.json describes it.
#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>

#include "platform/observe/latency_ledger.hpp"

namespace cyclevisor {
namespace {

using nlohmann::ordered_json;
using Names = std::function<std::string(unsigned)>;

/// The waits that there were.
ordered_json waits_json(const Waits& waits) {
  ordered_json json = ordered_json::object();
  for (std::size_t i = 0; i < wait_count; ++i) {
    if (waits[i] != 0) json[wait_names[i]] = waits[i];
  }
  return json;
}

/// Adds `waits`, and of them who ran meanwhile.
void add_waits(ordered_json& json, const Waits& waits, const Ran& ran, const Names& name) {
  json["waits"] = waits_json(waits);
  for (const auto& [vm, cycles] : ran) json["ran"][name(vm)] = cycles;
}

ordered_json sample_json(const LatencySample& sample, const Names& name) {
  ordered_json json = {{"vm", name(sample.vm)}, {"deadline", sample.deadline.value}};
  if (sample.overdue != 0) json["overdue"] = sample.overdue;
  ordered_json phases;
  for (std::size_t i = 0; i < phase_count; ++i) phases[phase_names[i]] = sample.phases[i];
  json["phases"] = phases;
  ordered_json delivery = ordered_json::object();
  for (std::size_t i = 0; i < delivery_part_count; ++i) {
    if (sample.delivery[i] != 0) delivery[delivery_part_name(i)] = sample.delivery[i];
  }
  json["delivery"] = delivery;
  add_waits(json, sample.waits, sample.ran, name);
  json["total"] = sample.total;
  return json;
}

ordered_json vm_json(const ObservedVm& vm, const LatencyLedger& ledger) {
  ordered_json json = {{"number", vm.number}, {"name", vm.name}};
  json["delivered"] = ledger.delivered(vm.number);
  const auto undelivered = ledger.undelivered_count(vm.number);
  for (std::size_t i = 0; i < outcome_count; ++i) json[outcome_names[i]] = undelivered[i];
  return json;
}

/// Writes `"key": [` and one line for each of `items`, then `]`.
template <class Item, class Line>
void write_lines(std::ostream& out, const char* key, const std::vector<Item>& items, Line line) {
  out << "  \"" << key << "\": [";
  const char* separator = "\n    ";
  for (const Item& item : items) {
    out << separator << line(item).dump();
    separator = ",\n    ";
  }
  out << (items.empty() ? "]" : "\n  ]");
}

}  // namespace

void LatencyLedger::write_json(std::ostream& out) const {
  const Names name = [this](unsigned number) {
    const ObservedVm* vm = platform_.find(number);
    return vm == nullptr ? std::string() : vm->name;
  };
  out << "{\n  \"unit\": \"cycles\",\n  \"clock_hz\": " << platform_.clock_hz << ",\n";
  write_lines(out, "vms", platform_.vms,
              [this](const ObservedVm& vm) { return vm_json(vm, *this); });
  out << ",\n";
  write_lines(out, "samples", samples_,
              [&](const LatencySample& sample) { return sample_json(sample, name); });
  out << ",\n";
  write_lines(out, "undelivered", undelivered_, [&](const UndeliveredInterrupt& interrupt) {
    const auto outcome = static_cast<std::size_t>(interrupt.outcome);
    ordered_json json = {{"vm", name(interrupt.vm)},
                         {"deadline", interrupt.deadline.value},
                         {"until", interrupt.until.value},
                         {"outcome", outcome_names[outcome]}};
    add_waits(json, interrupt.waits, interrupt.ran, name);
    return json;
  });
  out << "\n}\n";
}

}  // namespace cyclevisor
