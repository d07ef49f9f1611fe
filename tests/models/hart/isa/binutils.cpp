#include "tests/models/hart/isa/binutils.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace cyclevisor::test {
namespace {

namespace fs = std::filesystem;

/// A private folder that is deleted with the object, since tests run in parallel.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "isa_test.XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void run(const std::string& command, const TemporaryFolder& folder) {
  const std::string errors = folder.file("errors");
  if (std::system((command + " 2> " + errors).c_str()) != 0) {
    throw std::runtime_error(command + "\n" + read(errors));
  }
}

const std::string isa_attribute = ".attribute arch, \"rv64imac_zicsr_zifencei_h\"\n";

void make_object(const std::string& source, const TemporaryFolder& folder) {
  write(folder.file("source.s"), isa_attribute + source);
  run(RISCV_AS " " + folder.file("source.s") + " -o " + folder.file("object.o"), folder);
}

/// "address:\tbits\tmnemonic\toperands # comment" without address, bits and comment.
std::string instruction_text(const std::string& line) {
  const std::size_t bits = line.find('\t');
  const std::size_t mnemonic = line.find('\t', bits + 1);
  if (mnemonic == std::string::npos) return "";
  std::string text = line.substr(mnemonic + 1);
  text = text.substr(0, text.find(" #"));
  for (char& character : text) {
    if (character == '\t') character = ' ';
  }
  text.erase(text.find_last_not_of(' ') + 1);
  const bool is_data = text.front() == '.';  // .2byte, .4byte
  return is_data || text == "unimp" || text == "c.unimp" ? "" : text;
}

}  // namespace

std::string assemble(const std::string& source) {
  const TemporaryFolder folder;
  make_object(source, folder);
  run(RISCV_OBJCOPY " -O binary -j .text " + folder.file("object.o") + " " + folder.file("text"),
      folder);
  return read(folder.file("text"));
}

std::vector<std::string> disassemble_blob(const std::string& bytes, unsigned step) {
  const TemporaryFolder folder;
  write(folder.file("blob"), bytes);
  make_object(".text\n.incbin \"" + folder.file("blob") + "\"\n", folder);
  // Without its symbols objdump does not treat the blob as data.
  run(RISCV_OBJCOPY " --strip-all " + folder.file("object.o"), folder);
  std::ostringstream command;
  command << RISCV_OBJDUMP << " -D -z -j .text -M no-aliases --adjust-vma=0x" << std::hex
          << listing_address << " " << folder.file("object.o") << " > " << folder.file("listing");
  run(command.str(), folder);

  std::vector<std::string> result(bytes.size() / step);
  std::ifstream listing(folder.file("listing"));
  std::size_t lines = 0;
  for (std::string line; std::getline(listing, line);) {
    const std::size_t colon = line.find(":\t");
    if (colon == std::string::npos) continue;
    const std::uint64_t offset = std::stoull(line.substr(0, colon), nullptr, 16) - listing_address;
    if (offset % step != 0) throw std::runtime_error("objdump lost its step: " + line);
    result.at(offset / step) = instruction_text(line);
    ++lines;
  }
  if (lines != result.size()) throw std::runtime_error("objdump left out encodings");
  return result;
}

std::string little_endian(std::uint32_t value, unsigned bytes) {
  std::string result;
  for (unsigned i = 0; i < bytes; ++i) {
    result += static_cast<char>(value & 0xff);
    value >>= 8;
  }
  return result;
}

std::uint32_t read_little_endian(const std::string& bytes, std::size_t offset, unsigned count) {
  std::uint32_t result = 0;
  for (unsigned i = 0; i < count; ++i) {
    result |= std::uint32_t{static_cast<unsigned char>(bytes.at(offset + i))} << (8 * i);
  }
  return result;
}

}  // namespace cyclevisor::test
