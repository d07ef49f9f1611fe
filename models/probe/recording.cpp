#include "models/probe/recording.hpp"

#include <xxhash.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace cyclevisor {
namespace {

constexpr std::array<char, 8> magic{'c', 'v', 'e', 'v', 'e', 'n', 't', 's'};
constexpr std::size_t type_bytes = 4;
constexpr const char* head_type = "HEAD";
constexpr const char* events_type = "EVTS";
constexpr const char* text_type = "TEXT";
constexpr const char* tail_type = "TAIL";
// Fast; the encoded events are small already.
constexpr int compression_level = 1;
// The writer makes no larger chunk; a file that claims more is rejected before it is read into
// memory.
constexpr std::uint32_t max_chunk_bytes = 64 << 20;

struct ChunkHeader {
  char type[type_bytes];
  std::uint32_t bytes = 0;         ///< of the contents
  std::uint32_t stored_bytes = 0;  ///< compressed, as stored after the header
  std::uint64_t checksum = 0;      ///< XXH3-64 of the stored bytes
};
constexpr std::size_t chunk_header_bytes = type_bytes + 4 + 4 + 8;

template <class Unsigned>
void put(char*& at, Unsigned value) {
  for (std::size_t i = 0; i < sizeof value; ++i) *at++ = static_cast<char>(value >> (8 * i));
}

template <class Unsigned>
void get(const char*& at, Unsigned& value) {
  value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) {
    value |=
        static_cast<Unsigned>(static_cast<Unsigned>(static_cast<unsigned char>(*at++)) << (8 * i));
  }
}

}  // namespace

// --- Writer ------------------------------------------------------------------------------------

void RecordingWriter::FreeContext::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

RecordingWriter::RecordingWriter(const std::filesystem::path& path, const std::string& head)
    : path_(path), context_(ZSTD_createCCtx()) {
  errno = 0;
  file_.open(path, std::ios::binary);
  std::array<char, magic.size() + sizeof recording_version> start{};
  std::memcpy(start.data(), magic.data(), magic.size());
  char* at = start.data() + magic.size();
  put(at, recording_version);
  file_.write(start.data(), start.size());
  write_chunk(head_type, head.data(), head.size());
  if (!file_) cannot_write();
}

RecordingWriter::~RecordingWriter() = default;

void RecordingWriter::cannot_write() const {
  const std::string reason = errno == 0 ? "" : std::string(": ") + std::strerror(errno);
  throw RecordingError(path_, "cannot be written" + reason);
}

void RecordingWriter::write_chunk(const char* type, const void* bytes, std::size_t count) {
  if (count > max_chunk_bytes) throw std::runtime_error("a chunk of a recording is too large");
  compressed_.resize(ZSTD_compressBound(count));
  const std::size_t stored = ZSTD_compressCCtx(context_.get(), compressed_.data(),
                                               compressed_.size(), bytes, count, compression_level);
  if (ZSTD_isError(stored) != 0) throw std::runtime_error(ZSTD_getErrorName(stored));
  std::array<char, chunk_header_bytes> header{};
  std::memcpy(header.data(), type, type_bytes);
  char* at = header.data() + type_bytes;
  put(at, static_cast<std::uint32_t>(count));
  put(at, static_cast<std::uint32_t>(stored));
  put(at, std::uint64_t{XXH3_64bits(compressed_.data(), stored)});
  file_.write(header.data(), header.size());
  file_.write(compressed_.data(), static_cast<std::streamsize>(stored));
}

void RecordingWriter::write_events() {
  write_chunk(events_type, encoder_.bytes().data(), encoder_.bytes().size());
  encoder_.clear();
}

void RecordingWriter::write_text(unsigned console) {
  std::string& text = texts_[console];
  text.insert(text.begin(), static_cast<char>(console));
  write_chunk(text_type, text.data(), text.size());
  text.clear();
}

void RecordingWriter::finish(const std::string& tail) {
  if (!encoder_.bytes().empty()) write_events();
  for (unsigned console = 0; console < recorded_consoles; ++console) {
    if (!texts_[console].empty()) write_text(console);
  }
  write_chunk(tail_type, tail.data(), tail.size());
  errno = 0;
  file_.close();
  if (!file_) cannot_write();
}

// --- Reader ------------------------------------------------------------------------------------

void RecordingReader::FreeContext::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

void RecordingReader::fail(const std::string& reason) const { throw RecordingError(path_, reason); }

void RecordingReader::damaged(const std::string& reason) const {
  fail("damaged after " + place() + ": " + reason);
}

std::string RecordingReader::place() const {
  return std::to_string(events_) + " events, in the chunk at byte " + std::to_string(chunk_at_);
}

RecordingReader::RecordingReader(const std::filesystem::path& path, Print print)
    : path_(path),
      print_(std::move(print)),
      file_(path, std::ios::binary),
      context_(ZSTD_createDCtx()) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    fail(std::filesystem::exists(path, error) ? "is no file" : "there is no such file");
  }
  if (!file_) fail("cannot be read");
  std::array<char, magic.size() + sizeof recording_version> start{};
  file_.read(start.data(), start.size());
  if (!file_ || std::memcmp(start.data(), magic.data(), magic.size()) != 0) {
    fail("not a recording of an event stream: does not begin with 'cvevents' and a version");
  }
  const char* at = start.data() + magic.size();
  std::uint32_t version = 0;
  get(at, version);
  if (version != recording_version) {
    fail("a recording of format version " + std::to_string(version) + ", from " +
         (version < recording_version ? "an older" : "a newer") +
         " program; this one reads version " + std::to_string(recording_version) +
         ": record the run again");
  }
  Chunk chunk = read_chunk();
  if (chunk.type != head_type) fail("does not begin with its head");
  head_ = std::move(chunk.contents);
}

RecordingReader::~RecordingReader() = default;

RecordingReader::Chunk RecordingReader::read_chunk() {
  chunk_at_ = file_.tellg();
  const std::string cut_off =
      "cut off after " + place() + ": the run did not end, or the file is not complete";
  std::array<char, chunk_header_bytes> raw{};
  file_.read(raw.data(), raw.size());
  if (!file_) fail(cut_off);
  ChunkHeader header;
  std::memcpy(header.type, raw.data(), type_bytes);
  const char* at = raw.data() + type_bytes;
  get(at, header.bytes);
  get(at, header.stored_bytes);
  get(at, header.checksum);
  if (header.bytes > max_chunk_bytes || header.stored_bytes > ZSTD_compressBound(max_chunk_bytes)) {
    damaged("a chunk of impossible size");
  }
  std::string stored(header.stored_bytes, '\0');
  file_.read(stored.data(), static_cast<std::streamsize>(stored.size()));
  if (!file_) fail(cut_off);
  if (XXH3_64bits(stored.data(), stored.size()) != header.checksum) {
    damaged("a checksum is wrong");
  }
  Chunk chunk;
  chunk.type.assign(header.type, type_bytes);
  chunk.contents.resize(header.bytes);
  const std::size_t bytes = ZSTD_decompressDCtx(context_.get(), chunk.contents.data(), header.bytes,
                                                stored.data(), stored.size());
  if (ZSTD_isError(bytes) != 0 || bytes != header.bytes) {
    damaged("a chunk cannot be decompressed");
  }
  return chunk;
}

void RecordingReader::read_text(const std::string& contents) {
  const auto console =
      contents.empty() ? recorded_consoles : unsigned{static_cast<unsigned char>(contents.front())};
  if (console >= recorded_consoles) {
    damaged("a text of no console");
  }
  if (print_) print_(console, std::string_view(contents).substr(1));
}

bool RecordingReader::next(Sink& sink) {
  while (decoder_.empty()) {
    if (ended_) return false;
    Chunk chunk = read_chunk();
    if (chunk.type == events_type) {
      block_ = std::move(chunk.contents);
      decoder_.begin(reinterpret_cast<const std::uint8_t*>(block_.data()), block_.size());
    } else if (chunk.type == text_type) {
      read_text(chunk.contents);
    } else if (chunk.type == tail_type) {
      tail_ = std::move(chunk.contents);
      ended_ = true;
      if (file_.peek() != std::ifstream::traits_type::eof()) fail("goes on after its end");
    } else {
      damaged("a chunk of unknown type");
    }
  }
  try {
    decoder_.next(sink);
  } catch (const EventCodingError& error) {
    damaged(error.what());
  }
  ++events_;
  return true;
}

}  // namespace cyclevisor
