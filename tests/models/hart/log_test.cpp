// The commit log in Spike's format and the readable trace, line by line.
#include <catch2/catch.hpp>
#include <sstream>

#include "models/hart/commit_log.hpp"
#include "models/hart/trace_log.hpp"
#include "tests/models/hart/program_bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using Op = Operation;

namespace {

void run_sample(ProgramBench& bench) {
  bench.program({code_of(Op::auipc, 5), code_of(Op::csrrw, 0, 5, 0, 0x340),
                 code_of(Op::sw, 0, 10, 12, 4), code_of(Op::ld, 6, 10), 0x00014501,
                 code_of(Op::amoadd_d, 7, 10, 12), code_of(Op::ecall)});
  bench.hart().set_x(10, ProgramBench::data);
  bench.hart().set_x(12, 0xabcd);
  bench.run(7);
}

}  // namespace

TEST_CASE("commit log: as Spike writes it") {
  ProgramBench bench;
  std::ostringstream out;
  CommitLog log(out);
  bench.events().attach(log);
  bench.program({code_of(Op::auipc, 5), code_of(Op::csrrw, 0, 5, 0, 0x340),
                 code_of(Op::sw, 0, 10, 12, 4), code_of(Op::ld, 6, 10),
                 code_of(Op::amoadd_d, 17, 10, 12), code_of(Op::sb, 0, 10, 12),
                 code_of(Op::jal, 0, 0, 0, 4)});
  bench.hart().set_x(10, ProgramBench::data);
  bench.hart().set_x(12, 0xabcd);
  bench.run(7);
  CHECK(out.str() ==
        "core   0: 3 0x0000000080000000 (0x00000297) x5  0x0000000080000000\n"
        "core   0: 3 0x0000000080000004 (0x34029073) c832_mscratch 0x0000000080000000\n"
        "core   0: 3 0x0000000080000008 (0x00c52223) mem 0x0000000080010004 0x0000abcd\n"
        "core   0: 3 0x000000008000000c (0x00053303) x6  0x0000abcd00000000 mem "
        "0x0000000080010000\n"
        "core   0: 3 0x0000000080000010 (0x00c538af) x17 0x0000abcd00000000 mem "
        "0x0000000080010000 mem 0x0000000080010000 0x0000abcd0000abcd\n"
        "core   0: 3 0x0000000080000014 (0x00c50023) mem 0x0000000080010000 0xcd\n"
        "core   0: 3 0x0000000080000018 (0x0040006f)\n");
}

TEST_CASE("commit log: compressed instructions have four digits, U and VU are privilege 0") {
  std::ostringstream out;
  CommitLog log(out, 2);
  Retire event;
  event.pc = VirtualAddress(0x1000);
  event.instruction = 0x4505;
  event.mode = PrivilegeMode::virtual_user;
  event.rd = 10;
  event.rd_value = 1;
  log.on(event);
  CHECK(out.str() == "core   2: 0 0x0000000000001000 (0x4505) x10 0x0000000000000001\n");
}

TEST_CASE("trace: cycle, VM, mode, symbol, disassembly, effects, traps by name") {
  ProgramBench bench;
  std::ostringstream out;
  TraceLog log(out, [](VirtualAddress address, unsigned) {
    return address.value == ProgramBench::start ? std::string("_start") : std::string();
  });
  bench.events().attach(log);
  run_sample(bench);
  const std::string text = out.str();
  CAPTURE(text);
  CHECK(text.find("           3   0 M  0000000080000000 _start: auipc t0,0x0  t0=0x80000000\n") !=
        std::string::npos);
  CHECK(text.find("csrrw zero,mscratch,t0  mscratch=0x80000000") != std::string::npos);
  CHECK(text.find("sw a2,4(a0)  [0x80010004]<-0xabcd") != std::string::npos);
  CHECK(text.find("ld t1,0(a0)  t1=0xabcd00000000  [0x80010000]->0xabcd00000000") !=
        std::string::npos);
  CHECK(text.find("c.li a0,0") != std::string::npos);
  CHECK(text.find("TRAP") != std::string::npos);
  CHECK(text.find("store access fault to M at 0x80020000") != std::string::npos);
}

TEST_CASE("trace: the VM is satp.ASID in U-mode and hgatp.VMID in VS and VU") {
  std::ostringstream out;
  TraceLog log(out);
  log.on(AddressSpace{Cycle(1), std::uint64_t{5} << 44, 0, std::uint64_t{9} << 44});
  Retire event;
  event.instruction = 0x13;
  for (const PrivilegeMode mode :
       {PrivilegeMode::user, PrivilegeMode::machine, PrivilegeMode::virtual_supervisor}) {
    event.mode = mode;
    log.on(event);
  }
  CHECK(out.str().find("  5 U ") != std::string::npos);
  CHECK(out.str().find("  0 M ") != std::string::npos);
  CHECK(out.str().find("  9 VS ") != std::string::npos);
}

TEST_CASE("events: fields of retirements, returns and address spaces") {
  ProgramBench bench;
  bench.program({code_of(Op::csrrw, 0, 12, 0, 0x180), code_of(Op::csrrw, 0, 13, 0, 0x341),
                 code_of(Op::mret)});
  bench.hart().set_x(12, std::uint64_t{0x00007} << 44 | 0x80010);  // Bare, ASID 7
  bench.hart().set_x(13, ProgramBench::data);
  bench.run(3);
  REQUIRE(bench.address_spaces.size() == 1);
  CHECK(bench.address_spaces[0].satp == (std::uint64_t{7} << 44 | 0x80010));
  CHECK(bench.address_spaces[0].cycle == bench.retired[0].cycle);
  CHECK(bench.retired[0].csr == 0x180);
  CHECK(bench.retired[0].csr_value == bench.address_spaces[0].satp);
  CHECK(bench.retired[0].physical_pc.value == ProgramBench::start);
  REQUIRE(bench.returns.size() == 1);
  CHECK(bench.returns[0].from == PrivilegeMode::machine);
  CHECK(bench.returns[0].to == PrivilegeMode::user);
  CHECK(bench.returns[0].target.value == ProgramBench::data);
  CHECK(bench.retired[2].mode == PrivilegeMode::machine);
}
