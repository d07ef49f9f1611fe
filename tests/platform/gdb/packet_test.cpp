// The framing: what is a packet, what is not, and that no bytes do any harm.
#include "platform/gdb/packet.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

namespace cyclevisor::gdb {
namespace {

std::vector<Input> decode(const std::string& bytes) {
  PacketDecoder decoder;
  std::vector<Input> inputs;
  for (const char byte : bytes) {
    if (auto input = decoder.put(byte)) inputs.push_back(*input);
  }
  return inputs;
}

TEST_CASE("packets, acknowledgements and Ctrl-C are told apart") {
  const auto inputs = decode(
      "+$g#67-\x03noise$m80000000,4#55");
  REQUIRE(inputs.size() == 5);
  CHECK(inputs[0].kind == Input::Kind::accepted);
  CHECK(inputs[1].kind == Input::Kind::packet);
  CHECK(inputs[1].data == "g");
  CHECK(inputs[2].kind == Input::Kind::rejected);
  CHECK(inputs[3].kind == Input::Kind::interrupt);
  CHECK(inputs[4].data == "m80000000,4");
}

TEST_CASE("a wrong checksum is a damaged packet, and the next one is fine") {
  const auto inputs = decode("$g#68$g#zz$g#67");
  REQUIRE(inputs.size() == 3);
  CHECK(inputs[0].kind == Input::Kind::damaged);
  CHECK(inputs[1].kind == Input::Kind::damaged);
  CHECK(inputs[2].kind == Input::Kind::packet);
}

TEST_CASE("a packet that was cut off is forgotten when the next one begins") {
  const auto inputs = decode("$m8000$g#67");
  REQUIRE(inputs.size() == 1);
  CHECK(inputs[0].data == "g");
}

TEST_CASE("every byte comes through a frame") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const auto inputs = decode(frame(all));
  REQUIRE(inputs.size() == 1);
  CHECK(inputs[0].kind == Input::Kind::packet);
  CHECK(inputs[0].data == all);
  CHECK(frame("OK") == "$OK#9a");
}

TEST_CASE("the longest packet is taken, a longer one is damaged") {
  const std::string longest(max_packet_bytes, 'x');
  CHECK(decode(frame(longest)).front().data == longest);
  CHECK(decode(frame(longest + 'x')).front().kind == Input::Kind::damaged);
}

TEST_CASE("numbers and hexadecimal texts") {
  std::string_view text = "80000000,4";
  CHECK(take_number(text) == 0x8000'0000u);
  CHECK(text == ",4");
  CHECK_FALSE(take_number(text));
  text = "ffffffffffffffff:";
  CHECK(take_number(text) == ~std::uint64_t{0});
  text = "1ffffffffffffffff";
  CHECK_FALSE(take_number(text));
  CHECK(text.size() == 17);
  CHECK(from_hex("00fF7a") == std::string("\0\xff\x7a", 3));
  CHECK_FALSE(from_hex("0"));
  CHECK_FALSE(from_hex("0g"));
  CHECK(to_hex("\x01z") == "017a");
}

TEST_CASE("random bytes never do more than make inputs") {
  std::mt19937 random(1);
  const std::string likely =
      "$#}+-\x03"
      "0123456789abcdef";
  PacketDecoder decoder;
  std::size_t packets = 0;
  for (int i = 0; i < 500'000; ++i) {
    const char byte =
        random() % 2 == 0 ? likely[random() % likely.size()] : static_cast<char>(random());
    const auto input = decoder.put(byte);
    if (!input) continue;
    if (input->kind == Input::Kind::packet) ++packets;
    REQUIRE(input->data.size() <= max_packet_bytes);
  }
  CHECK(packets > 0);
}

}  // namespace
}  // namespace cyclevisor::gdb
