// Whether an FST file is as long as it says.
#pragma once

#include <filesystem>

namespace cyclevisor {

/// An FST file is a sequence of blocks, each a type and its length. True when they end where the
/// file does and none was left unfinished; a file that a full disk cut off is not so.
bool fst_blocks_complete(const std::filesystem::path& path);

}  // namespace cyclevisor
