// The texts of a recording are JSON that anybody can have written.
#include "platform/report/recording_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace cyclevisor {
namespace {

using Json = nlohmann::ordered_json;

RunDescription description() {
  RunDescription run;
  run.scenario = "two";
  run.command = {"cyclevisor", "run", "two"};
  run.version = "1.2.3";
  run.configuration = "strategy = \"trap\"\n";
  run.inputs = {{"two.toml", "00ff"}};
  run.platform.vms = {{1, "first", PhysicalAddress(0x8100'0000), 0x100'0000, PhysicalAddress(0)},
                      {2, "second", PhysicalAddress(0x8200'0000), 0x100'0000, PhysicalAddress(0)}};
  run.platform.stages = {{0x8000'0000, HypervisorStage::entry},
                         {0x8000'0100, HypervisorStage::decode}};
  run.symbols = {SymbolTable({{"main", 0x8000'0000}, {"end", 0x8000'0200}}), SymbolTable()};
  return run;
}

RunResult result() {
  RunResult run;
  run.exit = ExitCode::guest_failed;
  run.reason = "guest failed";
  run.cycles = Cycle(123);
  run.digest = "abc";
  run.altered = true;
  run.tohost = 5;
  run.typed = {{"first", 3, 2, "a step"}};
  return run;
}

/// What is said about a text; empty when nothing is wrong with it.
std::string complaint(const std::string& text, bool head) {
  try {
    if (head) {
      read_recording_head(text, "run.events");
    } else {
      read_recording_tail(text, "run.events");
    }
    return "";
  } catch (const RecordingError& error) {
    return error.what();
  }
}

/// The text with one entry replaced, or without it.
std::string with(const std::string& text, const std::string& pointer, const Json& value) {
  Json json = Json::parse(text);
  json[Json::json_pointer(pointer)] = value;
  return json.dump();
}
std::string without(const std::string& text, const std::string& parent, const std::string& key) {
  Json json = Json::parse(text);
  json[Json::json_pointer(parent)].erase(key);
  return json.dump();
}

/// All places in the text, as JSON pointers.
void places(const Json& json, const std::string& pointer, std::vector<std::string>& found) {
  found.push_back(pointer);
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) places(value, pointer + "/" + key, found);
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      places(json[i], pointer + "/" + std::to_string(i), found);
    }
  }
}

struct Wrong {
  const char* pointer;
  Json value;
  const char* said;
};

}  // namespace

TEST_CASE("the texts of a recording come back as they were") {
  const std::string head = recording_head(description());
  CHECK(recording_head(read_recording_head(head, "x")) == head);
  const std::string tail = recording_tail(result());
  CHECK(recording_tail(read_recording_tail(tail, "x")) == tail);
}

TEST_CASE("a text of a recording that is cut off is refused") {
  for (const bool head : {true, false}) {
    const std::string text = head ? recording_head(description()) : recording_tail(result());
    for (std::size_t size = 0; size < text.size(); ++size) {
      INFO(size);
      const std::string said = complaint(text.substr(0, size), head);
      CHECK(said.find(head ? "run.events: its head is no JSON text: it goes wrong at byte "
                           : "run.events: its end is no JSON text: it goes wrong at byte ") == 0);
    }
  }
  CHECK_FALSE(complaint(std::string(1'000'000, '['), true).empty());
}

TEST_CASE("every entry of a recording's texts is of its type") {
  const std::vector<Json> values = {nullptr, -1,  1.5,           1e300,
                                    true,    "?", Json::array(), Json::object()};
  for (const bool head : {true, false}) {
    const std::string text = head ? recording_head(description()) : recording_tail(result());
    const Json json = Json::parse(text);
    std::vector<std::string> all;
    places(json, "", all);
    for (const std::string& pointer : all) {
      const Json& good = json[Json::json_pointer(pointer)];
      for (const Json& value : values) {
        const bool same = value.type() == good.type();
        const bool number = value.is_number_integer() && good.is_number_integer();
        if (same && !number) continue;
        INFO(pointer << " = " << value);
        CHECK(complaint(with(text, pointer, value), head).find("run.events: its ") == 0);
      }
    }
  }
}

TEST_CASE("an entry that is missing from a recording's texts is named") {
  const std::string head = recording_head(description());
  const Json whole = Json::parse(head);
  for (const auto& [key, value] : whole.items()) {
    CHECK(complaint(without(head, "", key), true) ==
          "run.events: its head is not that of a run: has no '" + key + "'");
  }
  CHECK(complaint(without(head, "/platform/vms/1", "name"), true) ==
        "run.events: its head is not that of a run: platform.vms[1] has no 'name'");
  const std::string tail = recording_tail(result());
  for (const char* key : {"exit", "reason", "message", "cycles", "events", "digest", "typed"}) {
    CHECK(complaint(without(tail, "", key), false) ==
          std::string("run.events: its end is not that of a run: has no '") + key + "'");
  }
  for (const char* key : {"tohost", "altered"}) {
    CHECK(complaint(without(tail, "", key), false).empty());
  }
}

TEST_CASE("a recording keeps the source of a VM that differs from its arrangement's") {
  RunDescription run = description();
  CHECK(recording_head(run).find("source") == std::string::npos);
  run.platform.vms[1].source = GuestSourceKind::supervisor;
  const RunDescription read = read_recording_head(recording_head(run), "run.events");
  CHECK_FALSE(read.platform.vms[0].source);
  CHECK(read.platform.vms[1].source == GuestSourceKind::supervisor);
}

TEST_CASE("symbols of older recordings have no end: each reaches to the next one") {
  const Json older = {{0x8000'0000, "main"}, {0x8000'0200, "end"}};
  const RunDescription read =
      read_recording_head(with(recording_head(description()), "/symbols/0", older), "run.events");
  CHECK(read.symbols[0].describe(0x8000'01ff) == "main+0x1ff");
  CHECK(read.symbols[0].describe(0x8000'0200) == "end");
}

TEST_CASE("numbers and names of a recording's texts are in their range") {
  const std::string head = recording_head(description());
  const Wrong wrong[] = {
      {"/platform/prescale", 0, "platform.prescale is no whole number from 1 to 65535"},
      {"/platform/prescale", 65536, "platform.prescale is no whole number from 1 to 65535"},
      {"/platform/prescale", 11, "platform.prescale is not what leads from clock_hz"},
      {"/platform/clock_hz", 0, "platform.clock_hz is no whole number from 1000"},
      {"/platform/timebase_hz", 0, "platform.timebase_hz is no whole number from 1"},
      {"/platform/strategy", "para", "platform.strategy is 'para', which there is not"},
      {"/platform/vms/0/source", "none", "vms[0].source is 'none', which there is not"},
      {"/platform/vms", Json::array(), "platform.vms has 0 elements"},
      {"/platform/vms/0/number", 2, "platform.vms[0].number is no whole number from 1 to 1"},
      {"/platform/vms/1/number", 4294967298u, "platform.vms[1].number is no whole number"},
      {"/platform/vms/0/name", "../../x", "platform.vms[0].name is no name of a VM"},
      {"/platform/vms/0/name", "", "platform.vms[0].name is no name of a VM"},
      {"/platform/vms/1/name", "first", "platform.vms[1].name is taken already"},
      {"/platform/vms/0/name", "hypervisor", "platform.vms[0].name is taken already"},
      {"/platform/stages/1/0", 5, "platform.stages[1][0] is no whole number from 2147483648"},
      {"/platform/stages/1/1", "sleep", "platform.stages[1][1] is 'sleep', which there is not"},
      {"/platform/stages/1", {1, "exit", 2}, "platform.stages[1] has 3 elements"},
      {"/symbols/0/1/0", 5, "symbols[0][1][0] is no whole number from 2147483648"},
      {"/presentation/histogram_unit", "weeks", "presentation.histogram_unit is no unit"},
      {"/presentation/histogram_rows", 1'000'001, "no whole number from 1 to 1000000"},
      {"/presentation/perfetto_events", 1'000'001, "no whole number from 0 to 1000000"},
  };
  for (const Wrong& one : wrong) {
    const std::string said = complaint(with(head, one.pointer, one.value), true);
    INFO(one.pointer << " = " << one.value << ": " << said);
    CHECK(said.find("run.events: its head is not that of a run: ") == 0);
    CHECK(said.find(one.said) != std::string::npos);
  }
  const std::string tail = recording_tail(result());
  CHECK(complaint(with(tail, "/exit", 6), false).find("exit is no exit code") != std::string::npos);
  CHECK(complaint(with(tail, "/typed/0", {1, 2}), false).find("typed[0] has 2 elements") !=
        std::string::npos);
}

}  // namespace cyclevisor
