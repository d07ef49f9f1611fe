// The framing of GDB's remote serial protocol (GDB manual, "Remote Protocol", "Overview").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cyclevisor::gdb {

/// The longest packet that is accepted or sent, without its frame: "PacketSize" of qSupported.
inline constexpr std::size_t max_packet_bytes = 0x4000;

/// An input from the debugger.
struct Input {
  enum class Kind : std::uint8_t {
    packet,     ///< `data` is its contents, unescaped
    damaged,    ///< a packet with a wrong checksum, or too long: the debugger has to resend it
    accepted,   ///< '+'
    rejected,   ///< '-': the server has to resend its last packet
    interrupt,  ///< Ctrl-C
  };
  Kind kind = Kind::packet;
  std::string data;
};

/// Splits the bytes of a connection into inputs. Any bytes are accepted; those outside of packets
/// are skipped.
class PacketDecoder {
 public:
  /// The input that `byte` completes, if any.
  std::optional<Input> put(char byte);

 private:
  enum class State : std::uint8_t { idle, data, escaped, checksum_high, checksum_low };

  State state_ = State::idle;
  std::string data_;
  std::uint8_t sum_ = 0;
  char checksum_high_ = 0;
  bool too_long_ = false;
};

/// "$...#xx", with special characters escaped.
std::string frame(std::string_view data);

/// Two lower-case hexadecimal digits for each byte.
std::string to_hex(std::string_view bytes);
/// The bytes, or nothing if `digits` are not pairs of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view digits);

/// Takes a hexadecimal number of 1 to 16 digits from the front of `text`. If there is none, returns
/// nothing and leaves `text` unchanged.
std::optional<std::uint64_t> take_number(std::string_view& text);
/// Takes `prefix` from the front of `text`. If it is not there, returns false and leaves `text`
/// unchanged.
bool take(std::string_view& text, std::string_view prefix);

}  // namespace cyclevisor::gdb
