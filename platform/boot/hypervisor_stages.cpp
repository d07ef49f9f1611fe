#include "platform/boot/hypervisor_stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"
#include "platform/coverage/code_map.hpp"

namespace cyclevisor {
namespace {

constexpr std::size_t max_rows = 1000;
constexpr std::string_view any_function = "*";
constexpr std::string_view scope_keyword = "namespace";

bool begins_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

/// The words of a line up to its comment.
std::vector<std::string> words_of(std::string_view line) {
  constexpr std::string_view space = " \t\r";
  line = line.substr(0, line.find('#'));
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(space);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::string_view word = line.substr(0, line.find_first_of(space));
    words.emplace_back(word);
    line.remove_prefix(word.size());
  }
}

std::optional<HypervisorStage> find_stage(std::string_view name) {
  const auto found = std::find(stage_names.begin(), stage_names.end(), name);
  if (found == stage_names.end()) return std::nullopt;
  return static_cast<HypervisorStage>(found - stage_names.begin());
}

/// With the scope "cyclevisor::hypervisor::": "Scheduler::pick" of
/// "cyclevisor::hypervisor::Scheduler::pick()", "read" of "unsigned long
/// cyclevisor::hypervisor::(anonymous namespace)::read<&x>(int)".
std::string_view name_within(std::string_view name, std::string_view scope) {
  constexpr std::string_view unnamed = "(anonymous namespace)::";
  // Template arguments and parameters mention names of the same namespaces.
  const std::size_t hidden = name.find(unnamed);
  const std::size_t from = hidden == std::string_view::npos ? 0 : hidden + unnamed.size();
  name = name.substr(0, name.find_first_of("<(", from));
  if (from != 0) return name.substr(from);
  const std::size_t named = scope.empty() ? std::string_view::npos : name.rfind(scope);
  return named == std::string_view::npos ? name : name.substr(named + scope.size());
}

struct PlacedFunction {
  std::uint64_t address = 0;
  std::string_view name;
  std::optional<HypervisorStage> stage;
};

/// The symbols that have code, by address. Without debug information: all symbols.
std::vector<PlacedFunction> placed_functions(const CodeMap& map, const SymbolTable& symbols,
                                             const StageTable& table) {
  std::vector<PlacedFunction> functions;
  for (const SymbolTable::Entry& entry : symbols.entries()) {
    const CodeLine* line = map.line_at(entry.address);
    if (line == nullptr && !map.lines.empty()) continue;
    const std::string_view file =
        line == nullptr ? std::string_view() : std::string_view(map.files[line->file]);
    functions.push_back({entry.address, entry.name, table.stage_of(file, entry.name)});
  }
  return functions;
}

std::optional<StageTable> read_stage_table(const InputFile& image) {
  const InputFile file = stage_table_file(image);
  std::error_code none;
  if (!std::filesystem::exists(file.path, none)) return std::nullopt;
  return StageTable(read_file(file.path, file.given), file.given);
}

CodeMap code_map_of(const InputFile& image) {
  return read_code_map(read_file(image.path, image.given), image.given);
}

}  // namespace

StageTable::StageTable(std::string_view text, const std::string& where) {
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    const std::vector<std::string> words = words_of(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (words.empty()) continue;
    const auto fail = [&](const std::string& reason) {
      throw ConfigurationError(fmt::format("{}:{}", where, number), reason);
    };
    if (words[0] == scope_keyword) {
      if (words.size() != 2) fail("'namespace' is followed by one name");
      if (!scope_.empty()) fail("there is a 'namespace' already");
      scope_ = words[1] + "::";
      continue;
    }
    const auto stage = find_stage(words[0]);
    if (!stage) {
      fail(fmt::format("there is no stage '{}'; the stages are {}", words[0],
                       fmt::join(stage_names, ", ")));
    }
    if (words.size() < 2 || words.size() > 3) {
      fail(
          "a row has a stage, the beginning of functions' names or '*', and after it the "
          "beginning of source files' paths or nothing");
    }
    if (rows_.size() == max_rows) fail(fmt::format("more than {} rows", max_rows));
    rows_.push_back(
        {*stage, words[1] == any_function ? "" : words[1], words.size() == 3 ? words[2] : ""});
  }
}

std::optional<HypervisorStage> StageTable::stage_of(std::string_view file,
                                                    std::string_view name) const {
  const std::string_view function = name_within(name, scope_);
  for (const Row& row : rows_) {
    if (begins_with(file, row.file) && begins_with(function, row.function)) return row.stage;
  }
  return std::nullopt;
}

InputFile stage_table_file(const InputFile& image) {
  constexpr const char* extension = ".stages";
  return {std::filesystem::path(image.given).replace_extension(extension).string(),
          std::filesystem::path(image.path).replace_extension(extension)};
}

std::vector<StageRange> hypervisor_stages(const InputFile& image, const SymbolTable& symbols) {
  const auto table = read_stage_table(image);
  if (!table) return {};
  const CodeMap map = code_map_of(image);
  std::vector<StageRange> ranges;
  for (const PlacedFunction& function : placed_functions(map, symbols, *table)) {
    ranges.push_back({function.address, function.stage.value_or(HypervisorStage::other)});
  }
  if (!map.lines.empty()) ranges.push_back({map.end(), HypervisorStage::other});
  return ranges;
}

std::vector<std::string> functions_without_stage(const InputFile& image,
                                                 const SymbolTable& symbols) {
  const StageTable table = read_stage_table(image).value_or(StageTable("", ""));
  std::vector<std::string> names;
  for (const PlacedFunction& function : placed_functions(code_map_of(image), symbols, table)) {
    if (!function.stage) names.emplace_back(function.name);
  }
  return names;
}

}  // namespace cyclevisor
