// Compares the outcomes of random address translations on this project's hart and on QEMU, an
// independent implementation. The probe avoids cases in which QEMU is known to be wrong; one rule
// (below) corrects its answer first.
#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "models/hart/hart.hpp"
#include "tests/support/hart_on_pipeline.hpp"

using namespace cyclevisor;

namespace {

/// Memory, a console that collects text, and the finisher.
class Board : public PhysicalBus, public TimeSource {
 public:
  explicit Board(const std::string& image) : memory_(0x100'0000) {
    std::ifstream file(image, std::ios::binary);
    REQUIRE(file);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    REQUIRE(bytes.size() <= memory_.size());
    std::memcpy(memory_.data(), bytes.data(), bytes.size());
  }

  std::string run() {
    HartConfig config;
    config.extensions = parse_isa_string("rv64imac_zicsr_zifencei_zicntr_svadu_h");
    EventStream events;
    const test::TestMap map({first_address, memory_.size()}, {0x10'0000, 0xff1'0000});
    Hart hart(config, *this, *this, events, test::fast_test_engine(map));
    hart_ = &hart;
    hart.reset(VirtualAddress(first_address), 0, 0);
    hart.set_horizon(Cycle(2'000'000'000));
    REQUIRE(hart.run() == Hart::Stop::requested);
    return console_;
  }

 private:
  static constexpr std::uint64_t first_address = 0x8000'0000;

  DirectRegion direct(PhysicalAddress address) override {
    const PhysicalAddress first(first_address);
    if (address < first || address - first >= memory_.size()) return {};
    return {first, memory_.size(), memory_.data(), true};
  }
  BusReply read(PhysicalAddress, unsigned, Cycle at) override {
    return {BusStatus::error, 0, at + Cycle(1)};
  }
  BusReply write(PhysicalAddress address, unsigned, std::uint64_t value, Cycle at) override {
    BusReply reply{BusStatus::ok, 0, at + Cycle(1)};
    if (address.value == 0x1000'0000) {
      console_ += static_cast<char>(value);
    } else if (address.value == 0x10'0000) {
      hart_->request_stop();
    } else {
      reply.status = BusStatus::error;
    }
    return reply;
  }
  std::uint64_t mtime(Cycle at) override { return at.value / 10; }
  Cycle cycle_of(std::uint64_t value) const override { return Cycle(value * 10); }

  std::vector<std::byte> memory_;
  std::string console_;
  Hart* hart_ = nullptr;
};

std::string run_qemu(const std::string& elf) {
  const std::string command =
      "timeout 120 qemu-system-riscv64 -M virt -bios none -cpu rv64,h=true -display none "
      "-monitor none -serial stdio -icount shift=0,sleep=off -kernel '" +
      elf + "'";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 4096> buffer;
  for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) != 0;) {
    output.append(buffer.data(), n);
  }
  REQUIRE(pclose(pipe) == 0);
  return output;
}

/// The columns of one line of the probe.
enum Column {
  number,
  kind,
  mode,
  cause,
  tval,
  tval2,
  tinst,
  value,
  data,
  leaf,
  guest_leaf,
  tables
};
using Row = std::array<std::uint64_t, 12>;

std::vector<Row> parse(const std::string& text) {
  std::vector<Row> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    Row row{};
    for (std::uint64_t& word : row) words >> std::hex >> word;
    REQUIRE(words);
    rows.push_back(row);
  }
  return rows;
}

/// QEMU 7.2 always reports a guest-page fault of a read of the VS-stage walk as that of a load.
/// "Two-Stage Address Translation": "any exception is always reported for the original access
/// type".
void correct(Row& qemu, const Row& ours) {
  const bool implicit = qemu[tinst] != 0 && qemu[tinst] == ours[tinst];
  if (implicit && qemu[cause] == 21 && ours[cause] >= 20 && ours[cause] <= 23) {
    qemu[cause] = ours[cause];
  }
}

TEST_CASE("random translations have the same outcomes as on QEMU") {
  const std::vector<Row> ours = parse(Board(PROBE_IMAGE).run());
  std::vector<Row> qemu = parse(run_qemu(PROBE_ELF));
  REQUIRE(ours.size() == PROBE_CASES);
  REQUIRE(qemu.size() == ours.size());
  std::array<unsigned, 64> causes{};
  for (std::size_t i = 0; i < ours.size(); ++i) {
    correct(qemu[i], ours[i]);
    ++causes.at(ours[i][cause] % causes.size());
    if (qemu[i] == ours[i]) continue;
    std::ostringstream text;
    text << std::hex << "column: qemu, ours";
    for (std::size_t column = 0; column < ours[i].size(); ++column) {
      text << '\n' << column << ": " << qemu[i][column] << ", " << ours[i][column];
    }
    INFO(text.str());
    FAIL_CHECK();
  }
  // The sample covers page and guest-page faults of each access type.
  for (const unsigned code : {12u, 13u, 15u, 20u, 21u, 23u}) CHECK(causes[code] > 50);
  CHECK(causes[0x55 % 64] > 100);  // accesses by M-mode that succeeded
}

}  // namespace
