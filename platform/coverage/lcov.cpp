#include "platform/coverage/lcov.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <utility>

namespace cyclevisor {
namespace {

/// The data of one source file, keyed and so written in the order of its lines.
struct FileRecord {
  std::map<unsigned, std::vector<const CodeFunction*>> functions;
  std::map<unsigned, std::vector<std::size_t>> branches;  ///< numbers
  std::map<unsigned, std::uint64_t> lines;                ///< counts
};

/// Test names are letters, digits and underscores.
std::string test_name(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

/// Names come from a file: none may end its line.
std::string one_line(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
  return name;
}

/// For lcov a comma ends the name.
std::string function_name(std::string name) {
  std::replace(name.begin(), name.end(), ',', ';');
  return one_line(std::move(name));
}

std::map<std::string, FileRecord> records_of(const CoveredProgram& program) {
  const CodeMap& map = program.map();
  std::map<std::string, FileRecord> records;
  for (const CodeLine& line : map.lines) {
    std::uint64_t& count = records[map.files[line.file]].lines[line.line];
    for (std::uint64_t pc = line.first; pc < line.end; pc += 2) {
      count = std::max(count, program.retired(pc));
    }
  }
  for (std::size_t i = 0; i < map.branches.size(); ++i) {
    const CodeBranch& branch = map.branches[i];
    records[map.files[branch.file]].branches[branch.line].push_back(i);
  }
  for (const CodeFunction& function : map.functions) {
    records[map.files[function.file]].functions[function.line].push_back(&function);
  }
  return records;
}

std::uint64_t calls(const CoveredProgram& program, const CodeFunction& function) {
  std::uint64_t count = 0;
  for (const std::uint64_t entry : function.entries) count += program.retired(entry);
  return count;
}

void write_functions(std::ostream& out, const CoveredProgram& program, const FileRecord& record) {
  std::size_t found = 0;
  std::size_t hit = 0;
  for (const auto& [line, functions] : record.functions) {
    for (const CodeFunction* function : functions) {
      out << "FN:" << line << ',' << function_name(function->name) << '\n';
    }
  }
  for (const auto& [line, functions] : record.functions) {
    for (const CodeFunction* function : functions) {
      const std::uint64_t count = calls(program, *function);
      out << "FNDA:" << count << ',' << function_name(function->name) << '\n';
      ++found;
      if (count != 0) ++hit;
    }
  }
  out << "FNF:" << found << "\nFNH:" << hit << '\n';
}

void write_branches(std::ostream& out, const CoveredProgram& program, const FileRecord& record) {
  std::size_t found = 0;
  std::size_t hit = 0;
  for (const auto& [line, branches] : record.branches) {
    for (std::size_t block = 0; block < branches.size(); ++block) {
      const CoveredProgram::Outcomes& outcomes = program.outcomes()[branches[block]];
      const bool reached = outcomes.taken + outcomes.not_taken != 0;
      unsigned number = 0;
      for (const std::uint64_t count : {outcomes.taken, outcomes.not_taken}) {
        out << "BRDA:" << line << ',' << block << ',' << number++ << ',';
        if (reached) {
          out << count << '\n';
        } else {
          out << "-\n";
        }
        ++found;
        if (count != 0) ++hit;
      }
    }
  }
  if (found != 0) out << "BRF:" << found << "\nBRH:" << hit << '\n';
}

void write_lines(std::ostream& out, const FileRecord& record) {
  std::size_t hit = 0;
  for (const auto& [line, count] : record.lines) {
    out << "DA:" << line << ',' << count << '\n';
    if (count != 0) ++hit;
  }
  out << "LF:" << record.lines.size() << "\nLH:" << hit << '\n';
}

}  // namespace

void write_lcov(std::ostream& out, const std::vector<CoveredProgram>& programs) {
  for (const CoveredProgram& program : programs) {
    for (const auto& [file, record] : records_of(program)) {
      out << "TN:" << test_name(program.name()) << "\nSF:" << one_line(file) << '\n';
      write_functions(out, program, record);
      write_branches(out, program, record);
      write_lines(out, record);
      out << "end_of_record\n";
    }
  }
}

}  // namespace cyclevisor
