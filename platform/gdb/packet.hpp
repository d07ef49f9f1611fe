// The framing of GDB's remote serial protocol (GDB manual, "Remote Protocol", "Overview").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cyclevisor::gdb {

/// The longest packet that is taken or sent, without its frame: "PacketSize" of qSupported.
inline constexpr std::size_t max_packet_bytes = 0x4000;

/// What the debugger sent.
struct Input {
  enum class Kind : std::uint8_t {
    packet,     ///< `data` is its contents, unescaped
    damaged,    ///< a packet with a wrong checksum, or too long: to be sent again
    accepted,   ///< '+'
    rejected,   ///< '-': our last packet is to be sent again
    interrupt,  ///< Ctrl-C
  };
  Kind kind = Kind::packet;
  std::string data;
};

/// Cuts the bytes of a connection into inputs. Any bytes are fine; what belongs to nothing is
/// skipped.
class PacketDecoder {
 public:
  /// The next input that `byte` completes, if it does.
  std::optional<Input> put(char byte);

 private:
  enum class State : std::uint8_t { idle, data, escaped, checksum_high, checksum_low };

  State state_ = State::idle;
  std::string data_;
  std::uint8_t sum_ = 0;
  char checksum_high_ = 0;
  bool too_long_ = false;
};

/// "$...#xx", with what must not stand in a packet escaped.
std::string frame(std::string_view data);

/// Two lower-case hexadecimal digits for each byte.
std::string to_hex(std::string_view bytes);
/// The bytes, or nothing when `digits` is anything else than pairs of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view digits);

/// A hexadecimal number of 1 to 16 digits taken from the front of `text`; nothing, and `text`
/// unchanged, when there is none.
std::optional<std::uint64_t> take_number(std::string_view& text);
/// Takes `prefix` from the front of `text`; false, and `text` unchanged, when it is not there.
bool take(std::string_view& text, std::string_view prefix);

}  // namespace cyclevisor::gdb
