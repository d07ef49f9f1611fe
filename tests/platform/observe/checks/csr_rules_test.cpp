// What a guest reads from its virtual CSRs: streams that break a rule by one bit or one cycle are
// caught by name, and good ones pass.
#include "platform/observe/checks/csr_rules.hpp"

#include <catch2/catch.hpp>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

constexpr unsigned mepc = 0x341;
constexpr unsigned mip = 0x344;
constexpr std::uint64_t mti = 0x80;
constexpr std::uint64_t mei = 0x800;

/// The rules that the run has broken, each as often as it was.
std::string broken(const Hypervised& run) {
  std::string names;
  for (const Violation& violation : run.seen.oracle.violations()) names += violation.rule + " ";
  return names;
}

/// VM 1 reads a CSR in cycles 2000 to 2020.
template <class Before>
std::string after(Before before, unsigned csr, std::uint64_t value) {
  Hypervised run;
  run.start();
  before(run);
  run.read_csr(2000, 2020, csr, value);
  return broken(run);
}

const auto nothing = [](Hypervised&) {};

/// The timer interrupt, delivered before cycle 2000; `enables` is the guest's mie.
struct Interrupted {
  std::uint64_t enables = mti;
  std::uint64_t cause = timer_interrupt;  ///< of the physical trap
  std::uint32_t instruction = 0;
  void operator()(Hypervised& run) const {
    run.write_csr(100, 110, mie, enables);
    run.store_device(120, 130, mtimecmp, 100);
    run.trap(1000, cause, code + 8, instruction, instruction);
    run.resume(1100, vector);
    run.retire(1110, vector);
  }
};

}  // namespace

TEST_CASE("csr-reads-back: what the guest wrote, in the fields that the hart keeps") {
  CHECK(after(nothing, mie, mti).empty());
  CHECK(after(nothing, mie, mti | 0x222).empty());  // of other modes: not known
  CHECK(after(nothing, mie, mti | 0x8) == "csr-reads-back ");
  CHECK(after(nothing, mie, 0) == "csr-reads-back ");
  CHECK(after(nothing, mstatus, 0x8).empty());
  CHECK(after(nothing, mstatus, 0x8 | std::uint64_t{2} << 32).empty());  // UXL
  CHECK(after(nothing, mstatus, 0x88) == "csr-reads-back ");
  CHECK(after(nothing, mtvec, vector).empty());
  CHECK(after(nothing, mtvec, vector + 4) == "csr-reads-back ");
}

TEST_CASE("csr-reads-back: a read that writes shows the value before") {
  const auto swapped = [](std::uint64_t value) {
    Hypervised run;
    run.start();
    run.x[5] = 0x888;
    run.trap(2000, 2, code, csrrw(6, mie, 5));
    run.x[6] = value;
    run.resume(2020, code + 4);
    run.read_csr(2100, 2120, mie, 0x888);
    return broken(run);
  };
  CHECK(swapped(mti).empty());
  CHECK(swapped(0x888) == "csr-reads-back ");
}

TEST_CASE("csr-reads-back: the trap's mstatus and mepc, and what mret makes of them") {
  constexpr std::uint64_t mpie = 0x80, machine = 0x1800;
  const Interrupted interrupted;
  CHECK(after(interrupted, mstatus, mpie | machine).empty());
  CHECK(after(interrupted, mstatus, mpie | machine | 0x8) == "csr-reads-back ");
  CHECK(after(interrupted, mstatus, machine) == "csr-reads-back ");
  CHECK(after(interrupted, mstatus, mpie) == "csr-reads-back ");
  CHECK(after(interrupted, mepc, code + 8).empty());
  CHECK(after(interrupted, mepc, code + 12) == "csr-reads-back ");
  const auto returned = [&](Hypervised& run) {
    interrupted(run);
    run.store_device(1200, 1210, mtimecmp, ~std::uint64_t{0});
    run.guest_mret(1300, 1310, vector + 8, code + 8);
  };
  CHECK(after(returned, mstatus, mpie | 0x8).empty());  // MPP = U
  CHECK(after(returned, mstatus, 0x8) == "csr-reads-back ");
  CHECK(after(returned, mstatus, mpie | 0x8 | machine) == "csr-reads-back ");
}

TEST_CASE("csr-reads-back: an mepc that the events leave open is known when it is written") {
  // An instruction that may have raised an exception, or an interrupt may have come before it.
  Interrupted open;
  open.cause = 2;
  open.instruction = csrrs(6, 0x7a0, 0);  // tselect: the virtual hart may have it or not
  CHECK(after(open, mepc, code + 4).empty());
  const auto written = [&](Hypervised& run) {
    open(run);
    run.write_csr(1200, 1210, mepc, 0x8000'0043);
  };
  CHECK(after(written, mepc, 0x8000'0042).empty());
  CHECK(after(written, mepc, 0x8000'0043) == "csr-reads-back ");
}

TEST_CASE("mip-follows-timer: pending exactly from the deadline on") {
  const auto with_deadline = [](std::uint64_t deadline) {
    return [deadline](Hypervised& run) {
      run.write_csr(100, 110, mstatus, 0);
      run.store_device(120, 130, mtimecmp, deadline);
    };
  };
  // The read goes from cycle 2000, mtime 200, to cycle 2020, mtime 202.
  CHECK(after(with_deadline(200), mip, mti).empty());
  CHECK(after(with_deadline(200), mip, 0) == "mip-follows-timer ");
  for (const std::uint64_t either : {std::uint64_t{0}, mti}) {
    CHECK(after(with_deadline(201), mip, either).empty());
    CHECK(after(with_deadline(202), mip, either).empty());
  }
  CHECK(after(with_deadline(203), mip, 0).empty());
  CHECK(after(with_deadline(203), mip, mti) == "mip-follows-timer ");
  CHECK(after(nothing, mip, mti) == "mip-follows-timer ");
  CHECK(after(nothing, mip, mei).empty());  // the level of an external interrupt is not known
}

TEST_CASE("mip-follows-timer: by the guest's own mtime") {
  const auto ahead = [](std::uint64_t deadline) {
    return [deadline](Hypervised& run) {
      run.write_csr(100, 110, mstatus, 0);
      run.store_device(120, 130, mtime, 1'000'012);  // mtime 12 to 13: 1,000,000 or one less ahead
      run.store_device(140, 150, mtimecmp, deadline);
    };
  };
  CHECK(after(ahead(1'000'199), mip, 0) == "mip-follows-timer ");
  CHECK(after(ahead(1'000'203), mip, mti) == "mip-follows-timer ");
  CHECK(after(ahead(1'000'199), mip, mti).empty());
  CHECK(after(ahead(1'000'203), mip, 0).empty());
}

TEST_CASE("mip-follows-timer: the software interrupt is the guest's msip") {
  const auto sent = [](Hypervised& run) { run.store_device(100, 110, 0x0200'0000, 1, 2); };
  CHECK(after(sent, mip, 0x8).empty());
  CHECK(after(sent, mip, 0) == "mip-follows-timer ");
  CHECK(after(nothing, mip, 0x8) == "mip-follows-timer ");
}

TEST_CASE("mcause-names-trap: the interrupt that was delivered") {
  const Interrupted interrupted;
  CHECK(after(interrupted, mcause, timer_interrupt).empty());
  CHECK(after(interrupted, mcause, 7) == "mcause-names-trap ");
  CHECK(after(interrupted, mcause, timer_interrupt - 2) == "mcause-names-trap ");
  // Where an external interrupt may have come first, it need only be an interrupt.
  Interrupted external;
  external.enables = mti | mei;
  CHECK(after(external, mcause, Trap::interrupt_bit | 11).empty());
  CHECK(after(external, mcause, 11) == "mcause-names-trap ");
  // And nothing is known where it may have been the exception of an instruction.
  Interrupted open;
  open.cause = 2;
  open.instruction = csrrs(6, 0x7a0, 0);  // tselect: the virtual hart may have it or not
  CHECK(after(open, mcause, 2).empty());
  CHECK(after(open, mcause, timer_interrupt).empty());
}

TEST_CASE("mcause-names-trap: an exception is no interrupt, and a write changes it") {
  const auto exception = [](Hypervised& run) {
    run.trap(1000, 8, code, 0x73);
    run.resume(1100, vector);
    run.retire(1110, vector);
  };
  CHECK(after(exception, mcause, 11).empty());
  CHECK(after(exception, mcause, timer_interrupt) == "mcause-names-trap ");
  const auto written = [&](Hypervised& run) {
    exception(run);
    run.write_csr(1200, 1210, mcause, timer_interrupt);
  };
  CHECK(after(written, mcause, timer_interrupt).empty());
}

TEST_CASE("mcause-names-trap: in vectored mode the vector tells") {
  const auto vectored = [](Hypervised& run) {
    run.write_csr(100, 110, mtvec, vector | 1);
    run.write_csr(120, 130, mie, mti | mei);
    run.store_device(140, 150, mtimecmp, 100);
    run.trap(1000, timer_interrupt, code + 8);
    run.resume(1100, vector + 4 * 7);
    run.retire(1110, vector + 4 * 7);
  };
  CHECK(after(vectored, mcause, timer_interrupt).empty());
  CHECK(after(vectored, mcause, Trap::interrupt_bit | 11) == "mcause-names-trap ");
}
