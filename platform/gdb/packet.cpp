#include "platform/gdb/packet.hpp"

#include <fmt/format.h>

#include <utility>

namespace cyclevisor::gdb {
namespace {

constexpr char interrupt_byte = 0x03;
constexpr char escape_byte = '}';
constexpr unsigned char escape_mask = 0x20;

std::optional<unsigned> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

char flipped(char c) { return static_cast<char>(static_cast<unsigned char>(c) ^ escape_mask); }

}  // namespace

std::optional<Input> PacketDecoder::put(char byte) {
  if (state_ == State::checksum_high) {
    checksum_high_ = byte;
    state_ = State::checksum_low;
    return std::nullopt;
  }
  if (state_ == State::checksum_low) {
    state_ = State::idle;
    const auto high = digit(checksum_high_);
    const auto low = digit(byte);
    if (too_long_ || !high || !low || *high * 16 + *low != sum_) {
      return Input{Input::Kind::damaged, {}};
    }
    return Input{Input::Kind::packet, std::move(data_)};
  }
  if (byte == '$') {  // also in the middle of a packet that was cut off
    state_ = State::data;
    data_.clear();
    sum_ = 0;
    too_long_ = false;
    return std::nullopt;
  }
  if (state_ == State::idle) {
    if (byte == '+') return Input{Input::Kind::accepted, {}};
    if (byte == '-') return Input{Input::Kind::rejected, {}};
    if (byte == interrupt_byte) return Input{Input::Kind::interrupt, {}};
    return std::nullopt;
  }
  if (byte == '#') {
    state_ = State::checksum_high;
    return std::nullopt;
  }
  sum_ = static_cast<std::uint8_t>(sum_ + static_cast<unsigned char>(byte));
  if (state_ == State::data && byte == escape_byte) {
    state_ = State::escaped;
    return std::nullopt;
  }
  if (data_.size() == max_packet_bytes) {
    too_long_ = true;
  } else {
    data_ += state_ == State::escaped ? flipped(byte) : byte;
  }
  state_ = State::data;
  return std::nullopt;
}

std::string frame(std::string_view data) {
  std::string framed = "$";
  std::uint8_t sum = 0;
  const auto add = [&](char c) {
    framed += c;
    sum = static_cast<std::uint8_t>(sum + static_cast<unsigned char>(c));
  };
  for (const char c : data) {
    // '*' would begin a run-length encoding.
    if (c == '$' || c == '#' || c == escape_byte || c == '*') {
      add(escape_byte);
      add(flipped(c));
    } else {
      add(c);
    }
  }
  return framed + fmt::format("#{:02x}", sum);
}

std::string to_hex(std::string_view bytes) {
  std::string digits;
  for (const char c : bytes) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return digits;
}

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto high = digit(digits[i]);
    const auto low = digit(digits[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high * 16 + *low);
  }
  return bytes;
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digit(text[digits])) {
    if (digits == 16) return std::nullopt;
    value = value << 4 | *digit(text[digits]);
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace cyclevisor::gdb
