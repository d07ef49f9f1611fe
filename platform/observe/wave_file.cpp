// The only file that knows Verilator's trace classes. They write the Verilated model's signals by
// callbacks that the model registers (addInitCb, addFullCb, addChgCb); the platform's signals join
// the same file in the same way.
#include "platform/observe/wave_file.hpp"

#include <verilated_fst_c.h>
#include <verilated_vcd_c.h>

#include <fstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "platform/observe/wave_names.hpp"

namespace cyclevisor {
namespace {

// Two codes hold 64 bits of a signal's previous value.
constexpr std::uint32_t codes_per_signal = 2;
// Far above the numbers that Verilator gives to the model's own enumerations.
constexpr int first_enum_number = 1000;

int enum_number(WaveNames names) {
  return names == WaveNames::none ? -1 : first_enum_number + static_cast<int>(names);
}

std::string binary(std::uint64_t value, unsigned bits) {
  std::string text;
  for (unsigned i = bits; i-- > 0;) text += ((value >> i) & 1) != 0 ? '1' : '0';
  return text;
}

void declare_names(VerilatedFst& trace, const WaveSignalRow& row,
                   const ObservedPlatform& platform) {
  if (row.names == WaveNames::none) return;
  const WaveNameTable table = wave_name_table(row.names, platform);
  std::vector<std::string> values;
  std::vector<const char*> value_texts;
  std::vector<const char*> names;
  for (const auto& [value, text] : table) values.push_back(binary(value, row.bits));
  for (std::size_t i = 0; i < table.size(); ++i) {
    value_texts.push_back(values[i].c_str());
    names.push_back(table[i].second.c_str());
  }
  trace.declDTypeEnum(enum_number(row.names), row.name, static_cast<std::uint32_t>(table.size()),
                      row.bits, names.data(), value_texts.data());
}

// VCD has no tables of names; translate filters take their place.
void declare_names(VerilatedVcd&, const WaveSignalRow&, const ObservedPlatform&) {}

void declare(VerilatedFst& trace, std::uint32_t code, const WaveSignalRow& row) {
  const int names = enum_number(row.names);
  if (row.bits == 1) {
    trace.declBit(code, row.name, names, FST_VD_IMPLICIT, FST_VT_SV_LOGIC, false, -1);
  } else {
    trace.declQuad(code, row.name, names, FST_VD_IMPLICIT, FST_VT_SV_LOGIC, false, -1,
                   static_cast<int>(row.bits) - 1, 0);
  }
}

void declare(VerilatedVcd& trace, std::uint32_t code, const WaveSignalRow& row) {
  if (row.bits == 1) {
    trace.declBit(code, row.name, false, -1);
  } else {
    trace.declQuad(code, row.name, false, -1, static_cast<int>(row.bits) - 1, 0);
  }
}

/// Overwrites the time of day that the FST library puts into the header, so that the same run gives
/// the same bytes. Offset and size as in Verilator's gtkwave/fstapi.c (FST_HDR_OFFS_DATE).
void blank_date(const std::filesystem::path& path) {
  constexpr std::streamoff date_offset = 202;
  constexpr std::size_t date_bytes = 119;
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(date_offset);
  file.write(std::string(date_bytes, '\0').data(), date_bytes);
}

/// `File` is VerilatedFstC or VerilatedVcdC.
template <class File>
class VerilatedWaveFile final : public WaveFile {
  using Trace = std::remove_pointer_t<decltype(std::declval<File&>().spTrace())>;
  using Buffer = typename Trace::Buffer;

 public:
  VerilatedWaveFile(const std::filesystem::path& path, TimerRtl& timer,
                    const ObservedPlatform& platform, const WaveValues& values)
      : path_(path), platform_(platform), values_(values) {
    // Opening by the trace class cannot fail politely.
    if (!std::ofstream(path)) throw std::runtime_error("cannot write " + path.string());
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

 private:
  static void on_init(void* self, Trace* trace, std::uint32_t code) {
    static_cast<VerilatedWaveFile*>(self)->init(*trace, code);
  }
  static void on_full(void* self, Buffer* buffer) {
    auto& file = *static_cast<VerilatedWaveFile*>(self);
    file.written_ = file.values_;
    std::uint32_t* old = buffer->oldp(file.first_code_);
    for (const WaveSignalRow& row : wave_signals) {
      const std::uint64_t value = file.values_[index(row.signal)];
      if (row.bits == 1) {
        buffer->fullBit(old, static_cast<CData>(value));
      } else {
        buffer->fullQData(old, value, static_cast<int>(row.bits));
      }
      old += codes_per_signal;
    }
  }
  static void on_change(void* self, Buffer* buffer) {
    auto& file = *static_cast<VerilatedWaveFile*>(self);
    // Every other dump is a falling clock edge, at which nothing of the platform changes.
    if (file.written_ == file.values_) return;
    file.written_ = file.values_;
    std::uint32_t* old = buffer->oldp(file.first_code_);
    for (const WaveSignalRow& row : wave_signals) {
      const std::uint64_t value = file.values_[index(row.signal)];
      if (row.bits == 1) {
        buffer->chgBit(old, static_cast<CData>(value));
      } else {
        buffer->chgQData(old, value, static_cast<int>(row.bits));
      }
      old += codes_per_signal;
    }
  }

  void init(Trace& trace, std::uint32_t code) {
    first_code_ = code;
    trace.scopeEscape(' ');
    for (const WaveSignalRow& row : wave_signals) {
      trace.pushNamePrefix(std::string("platform ") + row.scope + ' ');
      declare_names(trace, row, platform_);
      declare(trace, code, row);
      trace.popNamePrefix();
      code += codes_per_signal;
    }
    trace.scopeEscape('.');
  }

  std::filesystem::path path_;
  const ObservedPlatform& platform_;
  const WaveValues& values_;
  WaveValues written_{};  ///< as in the file
  std::uint32_t first_code_ = 0;
  File file_;
};

}  // namespace

std::unique_ptr<WaveFile> open_wave_file(const std::filesystem::path& path, WaveFormat format,
                                         TimerRtl& timer, const ObservedPlatform& platform,
                                         const WaveValues& values) {
  if (format == WaveFormat::fst) {
    return std::make_unique<VerilatedWaveFile<VerilatedFstC>>(path, timer, platform, values);
  }
  return std::make_unique<VerilatedWaveFile<VerilatedVcdC>>(path, timer, platform, values);
}

}  // namespace cyclevisor
