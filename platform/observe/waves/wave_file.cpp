// The only file that knows Verilator's trace classes. They write the Verilated model's signals by
// callbacks that the model registers (addInitCb, addFullCb, addChgCb); the platform's signals join
// the same file in the same way.
#include "platform/observe/waves/wave_file.hpp"

#include <verilated_fst_c.h>
#include <verilated_vcd_c.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <type_traits>
#include <vector>

#include "platform/base/output_file.hpp"
#include "platform/observe/waves/fst_blocks.hpp"
#include "platform/observe/waves/wave_names.hpp"

namespace cyclevisor {
namespace {

// Two codes hold 64 bits of a signal's previous value.
constexpr std::uint32_t codes_per_signal = 2;
// Far above the numbers that Verilator gives to the model's own enumerations.
constexpr int first_enum_number = 1000;

/// -1 is Verilator's "no enumeration".
int enum_number(const WaveRow& row, std::size_t index) {
  return row.names == WaveNames::none ? -1 : first_enum_number + static_cast<int>(index);
}

std::string binary(std::uint64_t value, unsigned bits) {
  std::string text;
  for (unsigned i = bits; i-- > 0;) text += ((value >> i) & 1) != 0 ? '1' : '0';
  return text;
}

// Verilator's FST class has no strings, and the handle of the FST library's writer, which has, is
// private in it. An explicit instantiation may name private members (ISO C++17, [temp.explicit]).
void* fst_writer(VerilatedFst& trace);
template <auto Member>
struct FstWriterAccess {
  friend void* fst_writer(VerilatedFst& trace) { return trace.*Member; }
};
template struct FstWriterAccess<&VerilatedFst::m_fst>;

void declare_names(VerilatedFst& trace, int number, const WaveRow& row,
                   const ObservedPlatform& platform) {
  if (number < 0) return;
  const WaveNameTable table = wave_name_table(row.names, platform);
  std::vector<std::string> values;
  std::vector<const char*> value_texts;
  std::vector<const char*> names;
  for (const auto& [value, text] : table) values.push_back(binary(value, row.bits));
  for (std::size_t i = 0; i < table.size(); ++i) {
    value_texts.push_back(values[i].c_str());
    names.push_back(table[i].second.c_str());
  }
  trace.declDTypeEnum(number, row.name.c_str(), static_cast<std::uint32_t>(table.size()), row.bits,
                      names.data(), value_texts.data());
}

// VCD has no tables of names; translate filters replace them.
void declare_names(VerilatedVcd&, int, const WaveRow&, const ObservedPlatform&) {}

void declare(VerilatedFst& trace, std::uint32_t code, int names, const WaveRow& row) {
  if (row.bits == 1) {
    trace.declBit(code, row.name.c_str(), names, FST_VD_IMPLICIT, FST_VT_SV_LOGIC, false, -1);
  } else {
    trace.declQuad(code, row.name.c_str(), names, FST_VD_IMPLICIT, FST_VT_SV_LOGIC, false, -1,
                   static_cast<int>(row.bits) - 1, 0);
  }
}

void declare(VerilatedVcd& trace, std::uint32_t code, int, const WaveRow& row) {
  if (row.bits == 1) {
    trace.declBit(code, row.name.c_str(), false, -1);
  } else {
    trace.declQuad(code, row.name.c_str(), false, -1, static_cast<int>(row.bits) - 1, 0);
  }
}

/// Declares a text signal in the scope of the signal declared last. 0 = the format has none.
std::uint32_t declare_text(VerilatedFst& trace, const WaveRow& row) {
  return fstWriterCreateVar(fst_writer(trace), FST_VT_GEN_STRING, FST_VD_IMPLICIT, 0,
                            row.name.c_str(), 0);
}
std::uint32_t declare_text(VerilatedVcd&, const WaveRow&) { return 0; }

void write_text(VerilatedFst& trace, std::uint32_t handle, const std::string& text) {
  fstWriterEmitVariableLengthValueChange(fst_writer(trace), handle, text.data(),
                                         static_cast<std::uint32_t>(text.size()));
}
void write_text(VerilatedVcd&, std::uint32_t, const std::string&) {}

/// Overwrites the time of day that the FST library puts into the header, so that the same run gives
/// the same bytes. Offset and size as in Verilator's gtkwave/fstapi.c (FST_HDR_OFFS_DATE).
void blank_date(const std::filesystem::path& path) {
  constexpr std::streamoff date_offset = 202;
  constexpr std::size_t date_bytes = 119;
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(date_offset);
  file.write(std::string(date_bytes, '\0').data(), date_bytes);
}

/// Neither trace class reports a full disk: the FST library does not check, and the VCD class never
/// returns. `Disk` checks, after the trace class has closed the file.
template <class File>
class Disk;

template <>
class Disk<VerilatedFstC> {
 public:
  /// For the constructor of the trace class.
  static void* trace_argument() { return nullptr; }
  void check(const std::filesystem::path& path) const {
    if (!fst_blocks_complete(path)) {
      throw ConfigurationError(path.string(), "could not be written to its end: is the disk full?");
    }
  }
};

template <>
class Disk<VerilatedVcdC> : public VerilatedVcdFile {
 public:
  VerilatedVcdFile* trace_argument() { return this; }
  ssize_t write(const char* bytes, ssize_t count) override {
    if (error_ != 0) return count;
    errno = 0;
    const ssize_t written = VerilatedVcdFile::write(bytes, count);
    if (written >= 0 || errno == EAGAIN || errno == EINTR) return written;
    error_ = errno;
    return count;
  }
  void check(const std::filesystem::path& path) const {
    if (error_ != 0) throw cannot_write(path.string(), error_);
  }

 private:
  int error_ = 0;
};

/// `File` is VerilatedFstC or VerilatedVcdC.
template <class File>
class VerilatedWaveFile final : public WaveFile {
  using Trace = std::remove_pointer_t<decltype(std::declval<File&>().spTrace())>;
  using Buffer = typename Trace::Buffer;

 public:
  VerilatedWaveFile(const std::filesystem::path& path, TimerRtl& timer, const WaveSource& source)
      : path_(path), source_(source) {
    // The trace class ends the program when it cannot open the file.
    OutputFile(path).close();
    timer.trace(file_);
    Trace& trace = *file_.spTrace();
    trace.set_time_unit("1ps");
    trace.set_time_resolution("1ps");
    trace.addInitCb(on_init, this);
    trace.addFullCb(on_full, this);
    trace.addChgCb(on_change, this);
    file_.open(path.c_str());
  }

  void dump(std::uint64_t picoseconds) override { file_.dump(picoseconds); }

  void close() override {
    file_.close();
    if (std::is_same_v<File, VerilatedFstC>) blank_date(path_);
  }

  void check() const override { disk_.check(path_); }

 private:
  static void on_init(void* self, Trace* trace, std::uint32_t code) {
    static_cast<VerilatedWaveFile*>(self)->init(*trace, code);
  }
  static void on_full(void* self, Buffer* buffer) {
    static_cast<VerilatedWaveFile*>(self)->write(*buffer, Extent::all);
  }
  static void on_change(void* self, Buffer* buffer) {
    auto& file = *static_cast<VerilatedWaveFile*>(self);
    // Every other dump is a falling clock edge, at which nothing of the platform changes.
    if (file.written_ != file.source_.values) file.write(*buffer, Extent::changes);
  }

  enum class Extent { all, changes };
  void write(Buffer& buffer, Extent extent) {
    std::uint32_t* old = buffer.oldp(first_code_);
    for (std::size_t i = 0; i < source_.rows.size(); ++i, old += codes_per_signal) {
      const unsigned bits = source_.rows[i].bits;
      const std::uint64_t value = source_.values[i];
      if (bits == wave_text) {
        const bool wanted = extent == Extent::all || written_[i] != value;
        if (text_handles_[i] != 0 && wanted) {
          write_text(*file_.spTrace(), text_handles_[i], source_.texts[value]);
        }
      } else if (bits == 1) {
        const auto bit = static_cast<CData>(value);
        extent == Extent::all ? buffer.fullBit(old, bit) : buffer.chgBit(old, bit);
      } else if (const int width = static_cast<int>(bits); bits <= 32) {
        // The trace has one word for each 32 bits of a signal.
        const auto word = static_cast<IData>(value);
        extent == Extent::all ? buffer.fullIData(old, word, width)
                              : buffer.chgIData(old, word, width);
      } else {
        extent == Extent::all ? buffer.fullQData(old, value, width)
                              : buffer.chgQData(old, value, width);
      }
    }
    written_ = source_.values;
  }

  void init(Trace& trace, std::uint32_t code) {
    first_code_ = code;
    text_handles_.resize(source_.rows.size());
    trace.scopeEscape(' ');
    for (std::size_t i = 0; i < source_.rows.size(); ++i, code += codes_per_signal) {
      const WaveRow& row = source_.rows[i];
      if (row.bits == wave_text) {
        text_handles_[i] = declare_text(trace, row);
        continue;
      }
      trace.pushNamePrefix("platform " + row.scope + ' ');
      const int names = enum_number(row, i);
      declare_names(trace, names, row, source_.platform);
      declare(trace, code, names, row);
      trace.popNamePrefix();
    }
    trace.scopeEscape('.');
  }

  std::filesystem::path path_;
  WaveSource source_;
  WaveValues written_;                       ///< as in the file
  std::vector<std::uint32_t> text_handles_;  ///< of the text signals, as the rows
  std::uint32_t first_code_ = 0;
  Disk<File> disk_;
  File file_{disk_.trace_argument()};
};

}  // namespace

std::unique_ptr<WaveFile> open_wave_file(const std::filesystem::path& path, WaveFormat format,
                                         TimerRtl& timer, const WaveSource& source) {
  if (format == WaveFormat::fst) {
    return std::make_unique<VerilatedWaveFile<VerilatedFstC>>(path, timer, source);
  }
  return std::make_unique<VerilatedWaveFile<VerilatedVcdC>>(path, timer, source);
}

}  // namespace cyclevisor
