// An event stream in a file, with the console output and two texts (head and tail).
// docs/event-stream.md describes the format.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/probe/event_codec.hpp"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace cyclevisor {

/// Version of the file format; a reader accepts only its own.
inline constexpr std::uint32_t recording_version = 2;
/// Maximum number of consoles in a recording.
inline constexpr unsigned recorded_consoles = 17;

/// The file is not a recording, is damaged, or cannot be written. what() is a complete message that
/// begins with the file's path.
class RecordingError : public std::runtime_error {
 public:
  RecordingError(const std::filesystem::path& path, const std::string& reason)
      : std::runtime_error(path.string() + ": " + reason) {}
};

/// Records all events. Attach it before the first one.
class RecordingWriter : public Sink {
 public:
  /// `head` says what was run. Throws RecordingError when the file cannot be written.
  RecordingWriter(const std::filesystem::path& path, const std::string& head);
  ~RecordingWriter() override;

  void on(const Retire& event) override { write(event); }
  void on(const Trap& event) override { write(event); }
  void on(const TrapReturn& event) override { write(event); }
  void on(const AddressSpace& event) override { write(event); }
  void on(const Idle& event) override { write(event); }
  void on(const BusRequest& event) override { write(event); }
  void on(const BusTransfer& event) override { write(event); }
  void on(const ApbTransfer& event) override { write(event); }
  void on(const InterruptLine& event) override { write(event); }
  void on(const MasterTransfer& event) override { write(event); }

  /// Console number `console`, below `recorded_consoles`, received a character. It is not an event:
  /// a program's text may come from memory (`tohost`), whose contents are not in the events.
  void print(unsigned console, std::uint8_t character) {
    std::string& text = texts_.at(console);
    text.push_back(static_cast<char>(character));
    if (text.size() >= text_bytes) write_text(console);
  }

  /// `tail` says how the run ended. A file without it is treated as truncated. Call it once, at the
  /// end; RecordingError when the file could not be written completely.
  void finish(const std::string& tail);

 private:
  template <class Event>
  void write(const Event& event) {
    encoder_.on(event);
    if (encoder_.bytes().size() >= block_bytes) write_events();
  }
  void write_events();
  void write_text(unsigned console);
  void write_chunk(const char* type, const void* bytes, std::size_t count);
  [[noreturn]] void cannot_write() const;

  static constexpr std::size_t block_bytes = std::size_t{1} << 20;
  static constexpr std::size_t text_bytes = std::size_t{1} << 16;
  struct FreeContext {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::filesystem::path path_;
  std::ofstream file_;
  std::unique_ptr<ZSTD_CCtx_s, FreeContext> context_;
  EventEncoder encoder_;
  std::array<std::string, recorded_consoles> texts_;
  std::vector<char> compressed_;
};

/// Reads a recording. The file is not trusted: any defect in it causes a RecordingError.
class RecordingReader {
 public:
  /// Receives a part of a console's output. Parts of one console come in order; their order
  /// relative to events is not recorded.
  using Print = std::function<void(unsigned console, std::string_view text)>;

  /// Opens the file and reads its head.
  explicit RecordingReader(const std::filesystem::path& path, Print print = {});
  ~RecordingReader();

  const std::string& head() const { return head_; }
  /// Passes the next event to `sink`; false when there are no more.
  bool next(Sink& sink);
  /// The text passed to finish(); valid once next() has returned false.
  const std::string& tail() const { return tail_; }
  /// Number of events read so far.
  std::uint64_t events() const { return events_; }

 private:
  struct Chunk {
    std::string type;
    std::string contents;
  };
  Chunk read_chunk();
  void read_text(const std::string& contents);
  [[noreturn]] void fail(const std::string& reason) const;
  [[noreturn]] void damaged(const std::string& reason) const;
  /// The reader's position: "3 events, in the chunk at byte 120".
  std::string place() const;

  struct FreeContext {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::filesystem::path path_;
  Print print_;
  std::ifstream file_;
  std::unique_ptr<ZSTD_DCtx_s, FreeContext> context_;
  EventDecoder decoder_;
  std::string block_;
  std::string head_;
  std::string tail_;
  std::uint64_t events_ = 0;
  std::streamoff chunk_at_ = 0;
  bool ended_ = false;
};

}  // namespace cyclevisor
