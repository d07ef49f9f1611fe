// Names for the values of signals: tables inside an FST file, translate filters beside a VCD file.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "platform/observe/guest/observed.hpp"
#include "platform/observe/waves/wave_signals.hpp"

namespace cyclevisor {

/// Value and name, in ascending order. Names have no blanks.
using WaveNameTable = std::vector<std::pair<std::uint64_t, std::string>>;

/// Not for WaveNames::none.
WaveNameTable wave_name_table(WaveNames names, const ObservedPlatform& platform);

/// A GTKWave translate filter file: a line "HEX NAME" for each value; `bits` wide.
void write_translate_filter(std::ostream& out, const WaveNameTable& table, unsigned bits);

/// The colour of a VM, the same in all views: GTKWave's number of it for traces, and the X11 name
/// that filters use. 0 = the hypervisor.
struct WaveColour {
  unsigned trace;
  const char* value;
};
WaveColour wave_colour(unsigned vm);

/// A symbol as the waves show it: without the namespace of the hypervisor's own functions.
std::string wave_function(const std::string& symbol);

/// `text` as the value of a text signal: printable ASCII, cut to a readable length.
std::string wave_text_value(const std::string& text);

/// `text` with everything but letters, digits and "-_./" replaced by "_".
std::string wave_name(const std::string& text);

}  // namespace cyclevisor
