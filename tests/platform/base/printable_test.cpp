#include "platform/base/printable.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

TEST_CASE("a message shows what was given, and a terminal does not obey it") {
  CHECK(printable("run.wave") == "run.wave");
  CHECK(printable("gr\xc3\xbc\xc3\x9f") == "gr\xc3\xbc\xc3\x9f");
  CHECK(printable("\x1b[2J\x07") == "\\x1b[2J\\x07");
  CHECK(printable("a\xc2\x9b"
                  "b") ==
        "a\\xc2\\x9b"
        "b");
  CHECK(printable("\xff\xc3") == "\\xff\\xc3");
  CHECK(printable("two\nlines") == "two\nlines");
  const std::string text = printable(std::string(10'000'000, 'x'));
  CHECK(text.size() < 500);
  CHECK(text.find("[... 9999600 bytes ...]") == 200);
}

TEST_CASE("an error's message is printable and short, wherever its parts come from") {
  const std::string huge(1'000'000, '\x1b');
  const std::string text = ConfigurationError(huge, huge).what();
  CHECK(text.size() < 10'000);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("UTF-8: well-formed sequences only") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"));
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

}  // namespace
}  // namespace cyclevisor
