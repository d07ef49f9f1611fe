// Which code of a hypervisor belongs to which stage: from the stage table beside its image, its
// symbols and its source files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/observe/guest/hypervisor_stage.hpp"
#include "platform/program/symbol_table.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// The table of a hypervisor's stages (docs/latency.md).
class StageTable {
 public:
  /// Throws ConfigurationError with the line; `where` names the file.
  StageTable(std::string_view text, const std::string& where);

  /// The stage of a function. `file` is its source file, empty if it is not known; `name` is its
  /// demangled name. Nothing if no row matches.
  std::optional<HypervisorStage> stage_of(std::string_view file, std::string_view name) const;

 private:
  /// The functions whose names begin with `function` in the source files whose paths begin with
  /// `file`; an empty one is any.
  struct Row {
    HypervisorStage stage = HypervisorStage::other;
    std::string function;
    std::string file;
  };

  std::string scope_;  ///< "name::", the namespace of the functions; may be empty
  std::vector<Row> rows_;
};

/// The table beside an image: "hypervisor.stages" beside "hypervisor.elf". It need not exist.
InputFile stage_table_file(const InputFile& image);

/// A hypervisor's code ranges by address: one for each symbol in it, `other` where no row of the
/// table matches. Empty if the image has no table. Debug information gives the source files;
/// without it only the names decide. Throws ConfigurationError for a bad table or damaged debug
/// information.
std::vector<StageRange> hypervisor_stages(const InputFile& image, const SymbolTable& symbols);

/// The names of functions with code that no row of the image's table covers.
std::vector<std::string> functions_without_stage(const InputFile& image,
                                                 const SymbolTable& symbols);

}  // namespace cyclevisor
