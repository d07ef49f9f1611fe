// The set of RISC-V extensions that a hart has, and ISA strings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cyclevisor {

/// Extensions that can be switched on or off. The numbering is our own. `u` and `s` are the
/// privilege modes; address translation modes (Sv39, Sv48) are settings of the hart, not members.
enum class Extension : std::uint8_t {
  i,
  m,
  a,
  c,
  u,
  s,
  h,
  zicntr,
  zicsr,
  zifencei,
  sstc,
  svade,
  svadu,
};

/// Number of members of Extension.
inline constexpr std::size_t extension_count = 13;

/// The name in an ISA string, in lower case: "i", "zicsr".
std::string_view name(Extension extension);

/// A set of extensions: a value that is cheap to copy and to query.
class ExtensionSet {
 public:
  constexpr ExtensionSet() = default;
  constexpr ExtensionSet(std::initializer_list<Extension> extensions) {
    for (Extension extension : extensions) bits_ |= bit(extension);
  }

  constexpr bool contains(Extension extension) const { return (bits_ & bit(extension)) != 0; }
  constexpr ExtensionSet with(Extension extension) const {
    ExtensionSet result = *this;
    result.bits_ |= bit(extension);
    return result;
  }
  constexpr ExtensionSet without(Extension extension) const {
    ExtensionSet result = *this;
    result.bits_ &= ~bit(extension);
    return result;
  }
  /// All extensions.
  static constexpr ExtensionSet all() {
    ExtensionSet result;
    result.bits_ = (std::uint32_t{1} << extension_count) - 1;
    return result;
  }

  friend constexpr bool operator==(ExtensionSet a, ExtensionSet b) { return a.bits_ == b.bits_; }
  friend constexpr bool operator!=(ExtensionSet a, ExtensionSet b) { return a.bits_ != b.bits_; }

 private:
  static constexpr std::uint32_t bit(Extension extension) {
    return std::uint32_t{1} << static_cast<unsigned>(extension);
  }
  std::uint32_t bits_ = 0;
};

/// An invalid or unsupported ISA string. what() is a sentence with the offending text.
class IsaStringError : public std::invalid_argument {
 public:
  IsaStringError(std::size_t position, const std::string& reason)
      : std::invalid_argument(reason), position_(position) {}
  /// Offset of the offending text in the string, from 0; the string's length when something is
  /// missing at its end.
  std::size_t position() const { return position_; }

 private:
  std::size_t position_;
};

/// Reads an ISA string such as "rv64imac_zicsr_zifencei_sstc_h" (unprivileged specification, "ISA
/// Extension Naming Conventions"). Case and order do not matter, and underscores may separate any
/// names. A name of several letters begins with z, sh, sm, ss or sv and reaches to the next
/// underscore. Version numbers are not accepted.
///
/// A hart here always has M-mode, hence always Zicsr. Naming neither `s` nor `u` means M, S and U;
/// naming `u` alone means M and U without S. Extensions imply what they depend on: `s` implies `u`;
/// `h`, `sstc`, `svade` and `svadu` imply `s`.
///
/// Throws IsaStringError for anything but RV64I with extensions of the list above, and for an
/// extension that is named twice.
ExtensionSet parse_isa_string(std::string_view text);

/// The ISA string of a set in canonical order, with all members named: "rv64imachsu_zicntr_...".
/// Parsing it gives the same set.
std::string isa_string(ExtensionSet extensions);

}  // namespace cyclevisor
