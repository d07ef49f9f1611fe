#include "models/hart/isa/extensions.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace cyclevisor {
namespace {

struct Name {
  Extension extension;
  std::string_view text;
};

/// In canonical order (unprivileged specification, "ISA Extension Naming Conventions"): single
/// letters, then Z, then S; within them as the conventions sort them.
constexpr std::array<Name, extension_count> names = {{
    {Extension::i, "i"},
    {Extension::m, "m"},
    {Extension::a, "a"},
    {Extension::c, "c"},
    {Extension::h, "h"},
    {Extension::s, "s"},
    {Extension::u, "u"},
    {Extension::zicntr, "zicntr"},
    {Extension::zicsr, "zicsr"},
    {Extension::zifencei, "zifencei"},
    {Extension::sstc, "sstc"},
    {Extension::svade, "svade"},
    {Extension::svadu, "svadu"},
}};

std::optional<Extension> find(std::string_view text) {
  for (const Name& entry : names) {
    if (entry.text == text) return entry.extension;
  }
  return std::nullopt;
}

/// Length of the name at the start of `text`, which holds no underscore. Names of several letters
/// begin with z, x, sh, sm, ss or sv and reach to the end; every other letter is a name of its own.
std::size_t name_length(std::string_view text) {
  constexpr std::string_view second_letters = "hmsv";
  const bool is_long = text.front() == 'z' || text.front() == 'x' ||
                       (text.size() > 2 && text.front() == 's' &&
                        second_letters.find(text[1]) != std::string_view::npos);
  return is_long ? text.size() : 1;
}

[[noreturn]] void refuse(std::size_t position, std::string_view text, const std::string& reason) {
  throw IsaStringError(position, "\"" + std::string(text) + "\" " + reason);
}

/// Adds the extensions that the members depend on.
ExtensionSet with_dependencies(ExtensionSet named) {
  ExtensionSet result = named.with(Extension::zicsr);
  for (Extension dependent : {Extension::h, Extension::sstc, Extension::svade, Extension::svadu}) {
    if (result.contains(dependent)) result = result.with(Extension::s);
  }
  if (!result.contains(Extension::s) && !result.contains(Extension::u)) {
    result = result.with(Extension::s);
  }
  if (result.contains(Extension::s)) result = result.with(Extension::u);
  return result;
}

}  // namespace

std::string_view name(Extension extension) {
  for (const Name& entry : names) {
    if (entry.extension == extension) return entry.text;
  }
  return "";
}

ExtensionSet parse_isa_string(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  const std::string_view isa = lower;
  constexpr std::string_view prefix = "rv64";
  if (isa.substr(0, prefix.size()) != prefix) {
    refuse(0, text.substr(0, prefix.size()), "is not \"rv64\", with which an ISA string begins");
  }
  std::size_t position = prefix.size();
  if (position == isa.size() || isa[position] != 'i') {
    refuse(position, text.substr(position, 1), "is not the base \"i\" that follows \"rv64\"");
  }

  ExtensionSet named;
  while (position < isa.size()) {
    if (isa[position] == '_') {
      ++position;
      if (position == isa.size() || isa[position] == '_') {
        refuse(position, text.substr(position, 1), "is no extension; one must follow \"_\"");
      }
    }
    const std::size_t end = std::min(isa.find('_', position), isa.size());
    const std::string_view part = isa.substr(position, end - position);
    const std::string_view candidate = part.substr(0, name_length(part));
    const auto extension = find(candidate);
    const std::string_view as_written = text.substr(position, candidate.size());
    if (!extension) refuse(position, as_written, "is not an extension that this hart can have");
    if (named.contains(*extension)) refuse(position, as_written, "is named twice");
    named = named.with(*extension);
    position += candidate.size();
  }
  return with_dependencies(named);
}

std::string isa_string(ExtensionSet extensions) {
  std::string result = "rv64";
  for (const Name& entry : names) {
    if (!extensions.contains(entry.extension)) continue;
    if (entry.text.size() > 1) result += '_';
    result += entry.text;
  }
  return result;
}

}  // namespace cyclevisor
