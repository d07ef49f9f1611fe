// ISA strings.
#include "models/hart/isa/extensions.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace cyclevisor {
namespace {

using E = Extension;

constexpr ExtensionSet rv64i_with_modes{E::i, E::zicsr, E::u, E::s};

std::size_t error_position(const std::string& text) {
  try {
    parse_isa_string(text);
  } catch (const IsaStringError& error) {
    return error.position();
  }
  return std::string::npos;
}

TEST_CASE("an ISA string names extensions in any order, with or without underscores") {
  const ExtensionSet expected = rv64i_with_modes.with(E::m).with(E::a).with(E::c);
  CHECK(parse_isa_string("rv64imac") == expected);
  CHECK(parse_isa_string("rv64icam") == expected);
  CHECK(parse_isa_string("RV64IMAC") == expected);
  CHECK(parse_isa_string("rv64i_m_a_c") == expected);
  CHECK(parse_isa_string("rv64imac_zicsr") == expected);
  CHECK(parse_isa_string("rv64imaczicsr") == expected);
  CHECK(parse_isa_string("rv64imacsu") == expected);
  CHECK(parse_isa_string("rv64imac_zicsr_zifencei_sstc_h") ==
        expected.with(E::zifencei).with(E::sstc).with(E::h));
  CHECK(parse_isa_string("rv64imach_zicsr_zifencei_sstc") ==
        expected.with(E::zifencei).with(E::sstc).with(E::h));
  CHECK(parse_isa_string("rv64imacsuh_zicntr_svade_svadu") ==
        expected.with(E::zicntr).with(E::h).with(E::svade).with(E::svadu));
}

TEST_CASE("privilege modes: none named means all, u alone means M and U") {
  CHECK(parse_isa_string("rv64i") == rv64i_with_modes);
  CHECK(parse_isa_string("rv64is") == rv64i_with_modes);
  CHECK(parse_isa_string("rv64iu") == rv64i_with_modes.without(E::s));
}

TEST_CASE("an extension implies its dependencies") {
  CHECK(parse_isa_string("rv64iuh") == rv64i_with_modes.with(E::h));
  CHECK(parse_isa_string("rv64iu_sstc") == rv64i_with_modes.with(E::sstc));
  CHECK(parse_isa_string("rv64iu_svade") == rv64i_with_modes.with(E::svade));
  CHECK(parse_isa_string("rv64iu_svadu") == rv64i_with_modes.with(E::svadu));
}

TEST_CASE("an error reports its position") {
  CHECK(error_position("") == 0);
  CHECK(error_position("rv32imac") == 0);
  CHECK(error_position("x") == 0);
  CHECK(error_position("rv64") == 4);
  CHECK(error_position("rv64e") == 4);
  CHECK(error_position("rv64g") == 4);
  CHECK(error_position("rv64imafdc") == 7);
  CHECK(error_position("rv64imac_zicsr_zfoo") == 15);
  CHECK(error_position("rv64imac_smaia") == 9);
  CHECK(error_position("rv64imac_") == 9);
  CHECK(error_position("rv64imac__zicsr") == 9);
  CHECK(error_position("rv64imacm") == 8);
  CHECK(error_position("rv64imac_sstc_sstc") == 14);
  CHECK(error_position("rv64i2p1") == 5);
  CHECK(error_position("rv64imac zicsr") == 8);
}

TEST_CASE("an error reports the cause") {
  CHECK_THROWS_WITH(parse_isa_string("rv64imac_Zfoo"), Catch::Contains("\"Zfoo\""));
  CHECK_THROWS_WITH(parse_isa_string("rv64imaac"), Catch::Contains("\"a\" is named twice"));
}

TEST_CASE("a set's ISA string parses to the same set") {
  CHECK(isa_string(ExtensionSet::all()) == "rv64imachsu_zicntr_zicsr_zifencei_sstc_svade_svadu");
  CHECK(isa_string(parse_isa_string("rv64iu")) == "rv64iu_zicsr");
  for (const char* text : {"rv64i", "rv64iu", "rv64imac_zifencei", "rv64ih", "rv64iac_sstc"}) {
    const ExtensionSet extensions = parse_isa_string(text);
    CHECK(parse_isa_string(isa_string(extensions)) == extensions);
  }
}

}  // namespace
}  // namespace cyclevisor
