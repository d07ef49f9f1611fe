// An event stream in a file, with what the consoles showed and two texts that belong to it.
// docs/event-stream.md has the format.
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

/// Version of the file format; a reader takes its own only.
inline constexpr std::uint32_t recording_version = 2;
/// Consoles that a recording can have.
inline constexpr unsigned recorded_consoles = 8;

/// The file is no recording or a damaged one, or it cannot be written. what() is a whole message
/// that begins with its path.
class RecordingError : public std::runtime_error {
 public:
  RecordingError(const std::filesystem::path& path, const std::string& reason)
      : std::runtime_error(path.string() + ": " + reason) {}
};

/// Writes what it sees. Attach it before the first event.
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

  /// Console number `console`, below `recorded_consoles`, showed a character. It is no event: a
  /// program's text may come from memory (`tohost`), which events do not hold.
  void print(unsigned console, std::uint8_t character) {
    std::string& text = texts_.at(console);
    text.push_back(static_cast<char>(character));
    if (text.size() >= text_bytes) write_text(console);
  }

  /// `tail` says how the run ended. A file without it counts as cut off. Call once, at the end;
  /// RecordingError when not all could be written.
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

/// Reads a recording. The file need not be what it claims: whatever is wrong with it ends in a
/// RecordingError.
class RecordingReader {
 public:
  /// Receives a part of what a console, below `recorded_consoles`, showed. The order of the parts
  /// is that of the characters; between them and the events there is none.
  using Print = std::function<void(unsigned console, std::string_view text)>;

  /// Opens the file and reads its head.
  explicit RecordingReader(const std::filesystem::path& path, Print print = {});
  ~RecordingReader();

  const std::string& head() const { return head_; }
  /// Hands the next event to `sink`; false when there are no more.
  bool next(Sink& sink);
  /// What finish() was given; valid when next() has returned false.
  const std::string& tail() const { return tail_; }
  /// Events handed out.
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
  /// How far the reader has come: "3 events, in the chunk at byte 120".
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
