// Whether an FST file is complete.
#pragma once

#include <filesystem>

namespace cyclevisor {

/// An FST file is a sequence of blocks, each a type and its length. True when the last
/// one ends at the end of the file and none is unfinished; not of a file that a full disk cut off.
bool fst_blocks_complete(const std::filesystem::path& path);

}  // namespace cyclevisor
