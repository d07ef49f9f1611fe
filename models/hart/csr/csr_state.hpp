// The storage behind the CSR numbers: each register once, however many views of it there are.
#pragma once

#include <cstdint>

#include "models/hart/csr/csr_fields.hpp"

namespace cyclevisor {

struct CsrState {
  std::uint64_t mstatus = mstatus::uxl_64 | mstatus::sxl_64;  ///< sstatus is a view of it
  std::uint64_t medeleg = 0;
  std::uint64_t mideleg = 0;
  std::uint64_t mie = 0;  ///< sie, hie and vsie are views of it
  /// The software-writable bits of mip: SSIP, SEIP, and STIP unless `stimecmp` drives it.
  std::uint64_t mip_software = 0;
  /// External interrupt lines: MSIP, MTIP, MEIP, SEIP.
  std::uint64_t interrupt_lines = 0;
  std::uint64_t mtvec = 0;
  std::uint64_t mcounteren = 0;
  std::uint64_t mcountinhibit = 0;
  std::uint64_t menvcfg = 0;
  std::uint64_t mscratch = 0;
  std::uint64_t mepc = 0;
  std::uint64_t mcause = 0;
  std::uint64_t mtval = 0;
  std::uint64_t mtinst = 0;
  std::uint64_t mtval2 = 0;

  std::uint64_t stvec = 0;
  std::uint64_t scounteren = 0;
  std::uint64_t senvcfg = 0;
  std::uint64_t sscratch = 0;
  std::uint64_t sepc = 0;
  std::uint64_t scause = 0;
  std::uint64_t stval = 0;
  std::uint64_t satp = 0;
  std::uint64_t stimecmp = 0;

  std::uint64_t hstatus = 0;
  std::uint64_t hedeleg = 0;
  std::uint64_t hideleg = 0;
  std::uint64_t hvip = 0;
  std::uint64_t htimedelta = 0;
  std::uint64_t hcounteren = 0;
  std::uint64_t henvcfg = 0;
  std::uint64_t htval = 0;
  std::uint64_t htinst = 0;
  std::uint64_t hgatp = 0;

  std::uint64_t vsstatus = mstatus::uxl_64;
  std::uint64_t vstvec = 0;
  std::uint64_t vsscratch = 0;
  std::uint64_t vsepc = 0;
  std::uint64_t vscause = 0;
  std::uint64_t vstval = 0;
  std::uint64_t vsatp = 0;
  std::uint64_t vstimecmp = 0;
};

/// A software-writable, stoppable counter of events that are numbered elsewhere (cycles, retired
/// instructions). `next` is the number from which a change takes effect: an instruction in cycle c
/// sees the old value, later ones see the new value from c + 1 on.
class EventCounter {
 public:
  std::uint64_t value(std::uint64_t number) const { return stopped_ ? frozen_ : number + offset_; }
  void set(std::uint64_t value, std::uint64_t next) {
    frozen_ = value;
    offset_ = value - next;
  }
  void stop(std::uint64_t next) {
    frozen_ = value(next);
    stopped_ = true;
  }
  void start(std::uint64_t next) {
    if (stopped_) offset_ = frozen_ - next;
    stopped_ = false;
  }

 private:
  std::uint64_t offset_ = 0;
  std::uint64_t frozen_ = 0;
  bool stopped_ = false;
};

}  // namespace cyclevisor
