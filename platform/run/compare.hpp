// `cyclevisor compare`: are two runs the same, and where do they begin to differ?
#pragma once

#include <filesystem>
#include <iosfwd>

namespace cyclevisor {

enum class Comparison { identical, different };

/// Compares the runs in two output folders by the digests of their event streams. When these differ
/// and both runs were recorded, writes the first event in which they do to `out`, with what came
/// before and after. Throws ConfigurationError for a folder without results, RecordingError for a
/// bad recording.
Comparison compare_runs(const std::filesystem::path& a, const std::filesystem::path& b,
                        std::ostream& out);

}  // namespace cyclevisor
