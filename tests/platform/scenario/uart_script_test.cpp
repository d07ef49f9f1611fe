// The format is described in docs/uart-input.md; each mistake is one message with its line.
#include "platform/scenario/uart_script.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

using Kind = TerminalStep::Kind;

std::string script_error(const std::string& script) {
  try {
    parse_uart_script(script, "s.uart");
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a UART script is steps, comments and empty lines") {
  const auto steps = parse_uart_script(
      "# hello\n\nexpect =>\n  send \"a b \"\r\nsend\ta b  \nwait 123\nsend \\x41\\n\\\"\n"
      "send \"q\\\\\"",
      "s.uart");
  REQUIRE(steps.size() == 6);
  CHECK(steps[0].kind == Kind::expect);
  CHECK(steps[0].text == "=>");
  CHECK(steps[1].kind == Kind::send);
  CHECK(steps[1].text == "a b ");
  CHECK(steps[2].text == "a b");
  CHECK(steps[3].kind == Kind::wait);
  CHECK(steps[3].cycles == 123);
  CHECK(steps[4].text == "A\n\"");
  CHECK(steps[5].text == "q\\");
}

TEST_CASE("escapes are those of C that matter on a line") {
  CHECK(unescape("\\n\\r\\t\\\\\\\"\\x00z\\xfF", "w") == std::string("\n\r\t\\\"\0z\xff", 8));
  CHECK(unescape("plain", "w") == "plain");
  for (const char* bad : {"a\\", "\\q", "\\x", "\\x1", "\\xg0", "\\x1g", "\\x-1", "\\0"}) {
    CHECK_THROWS_WITH(unescape(bad, "here"), Catch::StartsWith("here: '"));
  }
  CHECK_THROWS_WITH(unescape("ab\\q", "w"), Catch::Contains("at character 3 is none of"));
}

TEST_CASE("mistakes in a UART script name their line") {
  CHECK(script_error("") == "s.uart: the script has no step");
  CHECK(script_error("# only\n") == "s.uart: the script has no step");
  CHECK(script_error("send a\nbark b\n") ==
        "s.uart:2: 'bark' is none of 'expect TEXT', 'send TEXT', 'wait CYCLES'");
  CHECK(script_error("send\n") == "s.uart:1: a text is missing");
  CHECK(script_error("expect \"\"") == "s.uart:1: the text is empty");
  CHECK(script_error("expect \"a") ==
        "s.uart:1: the text begins with a '\"' and does not end with one");
  CHECK(script_error("expect \"") ==
        "s.uart:1: the text begins with a '\"' and does not end with one");
  CHECK(script_error("expect \"a\\\"") ==
        "s.uart:1: the text begins with a '\"' and does not end with one");
  for (const char* cycles : {"", "0", "-1", "1s", "1000000000001", "99999999999999999999"}) {
    CHECK(script_error(std::string("\nwait ") + cycles) ==
          "s.uart:2: '" + std::string(cycles) + "' is no number of cycles from 1 to 1000000000000");
  }
}

TEST_CASE("a step is described as it was written") {
  const auto steps = parse_uart_script("wait 5\nexpect \"=> \"\nsend \\x01\\n\n", "s");
  CHECK(describe_step(steps, 0) == "wait 5 (step 1 of 3)");
  CHECK(describe_step(steps, 1) == "expect \"=> \" (step 2 of 3)");
  CHECK(describe_step(steps, 2) == "send \"\\x01\\n\" (step 3 of 3)");
}

}  // namespace
}  // namespace cyclevisor
