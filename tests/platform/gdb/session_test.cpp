// The commands against a real platform that stands still before its first instruction.
#include "platform/gdb/session.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "models/base/virt_map.hpp"
#include "platform/boot/boot.hpp"
#include "platform/gdb/packet.hpp"
#include "platform/scenario/scenario_reader.hpp"
#include "platform/soc/soc.hpp"

namespace cyclevisor::gdb {
namespace {

using Catch::Contains;

/// A hypervisor with two guests, loaded; their programs have not run.
class Platform {
 public:
  Platform()
      : scenario_(read_scenario("two-guests", {})),
        plan_(plan_boot(scenario_)),
        watch_(plan_.observed),
        soc_("soc", config(), events_, [](unsigned, std::uint8_t) {}),
        contexts_(plan_.observed, {"/a/hypervisor.elf", "/a/rtos.elf", ""}, watch_),
        target(soc_.cpu(), contexts_),
        session(target) {
    events_.attach(watch_);
    events_.attach(contexts_);
    for (const BootBlob& blob : plan_.blobs) {
      std::memcpy(soc_.dram().data() + (blob.address - virt::dram_base), blob.bytes.data(),
                  blob.bytes.size());
    }
    soc_.cpu().hart().reset(VirtualAddress(plan_.entry), 0, plan_.device_tree);
  }

  std::string operator()(const std::string& packet) { return session.handle(packet).answer; }
  std::string word_at(std::uint64_t offset) {
    return to_hex({reinterpret_cast<const char*>(soc_.dram().data() + offset), 4});
  }
  std::uint64_t memory_bytes() const { return scenario_.dram_bytes; }
  const EventStream& events() { return events_; }
  const BootPlan& plan() const { return plan_; }
  Hart& hart() { return soc_.cpu().hart(); }

 private:
  SocConfig config() const {
    SocConfig config;
    config.hart.extensions = parse_isa_string(scenario_.isa);
    config.dram_bytes = scenario_.dram_bytes;
    return config;
  }

  Scenario scenario_;
  BootPlan plan_;
  EventStream events_;
  VmWatch watch_;
  Soc soc_;
  Contexts contexts_;

 public:
  Target target;
  Session session;
};

std::string hex(std::uint64_t value) { return fmt::format("{:x}", value); }

TEST_CASE("registers, CSRs and the description of both") {
  Platform ask;
  CHECK(ask("p20") == "0000008000000000");  // pc
  CHECK(ask("pa") == "0000000000000000");   // a0, the hart's number
  CHECK(ask("g").size() == 33 * 16);
  CHECK(ask("Pa=efcdab8967452301") == "OK");
  CHECK(ask.hart().x(10) == 0x0123'4567'89ab'cdef);
  CHECK(ask("P"
            "381=7856341200000000") == "OK");  // 65 + 0x340: mscratch
  CHECK(ask.hart().csr(0x340) == 0x1234'5678u);
  CHECK(ask("p381") == "7856341200000000");
  CHECK(ask("p1041") == "0300000000000000");  // the privilege mode: M
  CHECK(ask("pffff") == std::string(16, 'x'));
  CHECK(ask("Pf52=0000000000000000") == "E01");  // mhartid is read-only
  CHECK(ask("P20=0100000000000000") == "E01");   // no instruction at an odd address
  const std::string xml = ask("qXfer:features:read:target.xml:0,4000");
  CHECK_THAT(xml, Contains("<reg name=\"mscratch\" bitsize=\"64\" type=\"int\" regnum=\"897\"/>"));
  CHECK_THAT(xml, Contains("<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\" regnum=\"32\"/>"));
  CHECK(ask("qXfer:features:read:other.xml:0,4000").empty());
}

TEST_CASE("an object is handed over in parts") {
  Platform ask;
  const std::string whole = ask("qXfer:threads:read::0,1000");
  REQUIRE(whole.front() == 'l');
  std::string parts;
  std::string part;
  do {
    part = ask("qXfer:threads:read::" + hex(parts.size()) + ",10");
    parts += part.substr(1);
  } while (part.front() == 'm');
  CHECK(parts == whole.substr(1));
  CHECK(ask("qXfer:threads:read::ffffffffffffffff,10") == "l");
  CHECK(ask("qXfer:threads:read::0") == "E01");
}

TEST_CASE("threads are named after the VMs") {
  Platform ask;
  CHECK_THAT(ask("qSupported:multiprocess+;swbreak+"), Contains("multiprocess+"));
  CHECK(ask("qfThreadInfo") == "mp1.1,p2.2,p3.3");
  CHECK(ask("qsThreadInfo") == "l");
  CHECK(ask("qC") == "QCp1.1");
  CHECK(ask("?") == "T05thread:p1.1;");
  CHECK_THAT(ask("qXfer:threads:read::0,4000"),
             Contains("<thread id=\"p3.3\" core=\"0\" name=\"tickless\">has not run yet</thread>"));
  CHECK(ask("qThreadExtraInfo,p1.1") == to_hex("runs in M-mode"));
  CHECK(ask("Tp3.3") == "OK");
  CHECK(ask("Tp4.4") == "E01");
  CHECK(ask("Tp2.3") == "E01");
  CHECK(ask("qXfer:exec-file:read:2:0,100") == "l/a/rtos.elf");
  CHECK(ask("qXfer:exec-file:read:3:0,100") == "E01");
}

TEST_CASE("without processes there are threads") {
  Platform ask;
  CHECK(ask("qSupported:swbreak+").find("multiprocess") == std::string::npos);
  CHECK(ask("qfThreadInfo") == "m1,2,3");
}

TEST_CASE("memory is that of the selected thread, or physical") {
  Platform ask;
  CHECK(ask("m80000000,4") == ask.word_at(0));
  const std::uint64_t guest = ask.plan().observed.vms[0].partition.value - virt::dram_base;
  REQUIRE(ask("Hgp2.2") == "OK");
  CHECK(ask("m80000000,4") == ask.word_at(guest));
  CHECK(ask("m80000000,4") != ask.word_at(0));
  CHECK(ask("M80000010,4:01020304") == "OK");
  CHECK(ask.word_at(guest + 0x10) == "01020304");
  CHECK(ask("X80000010,2:" + std::string("\xff\0", 2)) == "OK");
  CHECK(ask.word_at(guest + 0x10) == "ff000304");
  CHECK(ask("m7ffffffe,4") == "E14");
  CHECK(ask("qRcmd," + to_hex("phys on")) != "");
  CHECK(ask("m80000000,4") == ask.word_at(0));
  CHECK(ask("m100,4") == "E14");
  CHECK(ask("m200bff8,8") == "0000000000000000");  // mtime
  // As far as there is memory.
  const std::string last = ask("m" + hex(virt::dram_base + ask.memory_bytes() - 4) + ",10");
  CHECK(last.size() == 8);
}

TEST_CASE("a guest that was left has the registers it was left with, in its address space") {
  Platform ask;
  ask("qSupported:multiprocess+");
  Trap trap;
  trap.cycle = Cycle(77);
  trap.from = PrivilegeMode::user;
  trap.epc = VirtualAddress(0x8000'1234);
  trap.x[10] = 0x55;
  AddressSpace space;
  space.satp = std::uint64_t{8} << 60 | std::uint64_t{1} << 44;
  ask.events().publish(space);
  TrapReturn enter;
  enter.to = PrivilegeMode::user;
  enter.pc = VirtualAddress(0x8000'0130);
  ask.events().publish(enter);
  CHECK(ask("qC") == "QCp2.2");
  ask.events().publish(trap);
  CHECK(ask("qC") == "QCp1.1");
  REQUIRE(ask("Hgp2.2") == "OK");
  CHECK(ask("p20") == "3412008000000000");
  CHECK(ask("pa") == "5500000000000000");
  CHECK(ask("p1041") == "0000000000000000");
  CHECK(ask("Pa=0000000000000000") == "E01");
  CHECK(ask("qThreadExtraInfo,p2.2") == to_hex("left the hart in cycle 77"));
  CHECK(ask("m80000000,4") == "E14");  // its page tables are empty: nothing is mapped
}

TEST_CASE("stop points belong to the selected program") {
  Platform ask;
  ask("qSupported:multiprocess+");
  REQUIRE(ask("Hgp2.2") == "OK");
  CHECK(ask("Z0,80000100,2") == "OK");
  CHECK(ask("Z2,80000200,8") == "OK");
  StopPoints& points = ask.session.stop_points();
  CHECK(points.breaks_at(1, 0x8000'0100));
  CHECK_FALSE(points.breaks_at(0, 0x8000'0100));
  CHECK_FALSE(points.breaks_at(1, 0x8000'0102));
  MemoryAccess access;
  access.kind = MemoryAccess::Kind::store;
  access.bytes = 4;
  for (const std::uint64_t address : {0x8000'01fd, 0x8000'0204, 0x8000'0207}) {
    access.address = VirtualAddress(address);
    CHECK(points.watching(1, access));
    CHECK_FALSE(points.watching(2, access));
  }
  for (const std::uint64_t address : {0x8000'01fc, 0x8000'0208}) {
    access.address = VirtualAddress(address);
    CHECK_FALSE(points.watching(1, access));
  }
  access.address = VirtualAddress(0x8000'0200);
  access.kind = MemoryAccess::Kind::load;
  CHECK_FALSE(points.watching(1, access));
  CHECK(ask("Z4,80000200,8") == "OK");
  CHECK(points.watching(1, access));
  CHECK(ask("z4,80000200,8") == "OK");
  CHECK(ask("z2,80000200,8") == "OK");
  CHECK(ask("z0,80000100,2") == "OK");
  CHECK(points.empty());
  CHECK(ask("Z5,80000200,8").empty());
}

TEST_CASE("what goes on and how") {
  Platform ask;
  ask("qSupported:multiprocess+");
  CHECK(ask("vCont?") == "vCont;c;C;s;S;r");
  REQUIRE(ask.session.handle("vCont;c").next == Next::resume);
  CHECK(ask.session.resumption().kind == Resumption::Kind::go);
  REQUIRE(ask.session.handle("vCont;s:p3.3;c").next == Next::resume);
  CHECK(ask.session.resumption().kind == Resumption::Kind::step);
  CHECK(ask.session.resumption().program == 2);
  REQUIRE(ask.session.handle("vCont;r80000000,80000010:p1.1").next == Next::resume);
  CHECK(ask.session.resumption().first == 0x8000'0000);
  CHECK(ask.session.resumption().end == 0x8000'0010);
  for (const char* bad : {"vCont;", "vCont;x", "vCont;r80000000", "vCont;s:p9.9", "vCont;c;",
                          "vCont;cc", "vCont;C"}) {
    CHECK(ask.session.handle(bad).next == Next::listen);
    CHECK(ask(bad) == "E01");
  }
  CHECK(ask.session.handle("D;1").next == Next::listen);
  CHECK(ask("qfThreadInfo") == "mp2.2,p3.3");
  CHECK(ask.session.handle("D;2").next == Next::listen);
  CHECK(ask.session.handle("D;3").next == Next::detach);
  CHECK(ask.session.handle("k").next == Next::kill);
}

TEST_CASE("looking is not altering") {
  Platform ask;
  for (const char* packet : {"g", "p20", "p381", "m80000000,100", "?", "Z0,80000000,2",
                             "qXfer:features:read:target.xml:0,4000"}) {
    ask(packet);
    CHECK_FALSE(ask.target.altered());
  }
  ask("M80000000,1:00");
  CHECK(ask.target.altered());
}

TEST_CASE("no packet is too strange") {
  Platform ask;
  const std::vector<std::string> known{"g",
                                       "G" + std::string(33 * 16, '0'),
                                       "p20",
                                       "Pa=0000000000000000",
                                       "m80000000,40",
                                       "M80000000,2:0000",
                                       "X80000000,2:ab",
                                       "Z0,80000000,2",
                                       "z2,80000000,8",
                                       "vCont;s:p1.1;c",
                                       "vCont;r80000000,80000010",
                                       "Hgp1.1",
                                       "Hc-1",
                                       "Tp1.1",
                                       "qC",
                                       "?",
                                       "qSupported:multiprocess+",
                                       "qXfer:features:read:target.xml:0,100",
                                       "qXfer:threads:read::0,100",
                                       "qXfer:exec-file:read:1:0,10",
                                       "qThreadExtraInfo,p1.1",
                                       "qRcmd,70687973206f6e",
                                       "s80000000",
                                       "c",
                                       "D;1",
                                       "QStartNoAckMode",
                                       "vKill;1",
                                       "k"};
  std::mt19937 random(1);
  for (int round = 0; round < 30'000; ++round) {
    std::string packet = known[random() % known.size()];
    for (unsigned changes = random() % 4; changes > 0; --changes) {
      const std::size_t place = random() % (packet.size() + 1);
      switch (random() % 3) {
        case 0:
          packet.insert(place, 1, static_cast<char>(random()));
          break;
        case 1:
          if (place < packet.size()) packet[place] = "0f9-:;,=pZ\xff"[random() % 11];
          break;
        default:
          packet.resize(place);
      }
    }
    REQUIRE(ask(packet).size() <= max_packet_bytes);
  }
}

}  // namespace
}  // namespace cyclevisor::gdb
