// `cyclevisor compare`: are two runs the same, and if not, where do they first differ?
#pragma once

#include <filesystem>
#include <iosfwd>

namespace cyclevisor {

enum class Comparison { identical, different };

/// Compares the runs in two output folders by the digests of their event streams. If the digests
/// differ and both runs were recorded, writes the first differing event to `out`, with the events
/// before and after it. Throws ConfigurationError for a folder without results, RecordingError for
/// a damaged recording.
Comparison compare_runs(const std::filesystem::path& a, const std::filesystem::path& b,
                        std::ostream& out);

}  // namespace cyclevisor
