// The fields of each event in declaration order, for the digest and for comparisons.
#pragma once

#include <tuple>

#include "models/probe/events.hpp"

namespace cyclevisor {

inline auto event_fields(const MemoryAccess& e) {
  return std::tie(e.kind, e.bytes, e.address, e.physical, e.value);
}
inline auto event_fields(const Retire& e) {
  return std::tuple_cat(
      std::tie(e.cycle, e.pc, e.instruction, e.mode, e.rd, e.rd_value, e.csr, e.csr_value),
      event_fields(e.access), std::tie(e.physical_pc));
}
inline auto event_fields(const Trap& e) {
  return std::tie(e.cycle, e.epc, e.instruction, e.cause, e.tval, e.tval2, e.tinst, e.from, e.to,
                  e.vector, e.x);
}
inline auto event_fields(const TrapReturn& e) {
  return std::tie(e.cycle, e.pc, e.instruction, e.from, e.to, e.target, e.x);
}
inline auto event_fields(const AddressSpace& e) {
  return std::tie(e.cycle, e.satp, e.vsatp, e.hgatp);
}
inline auto event_fields(const Idle& e) { return std::tie(e.cycle, e.until); }
inline auto event_fields(const BusRequest& e) {
  return std::tie(e.cycle, e.address, e.bytes, e.write, e.data);
}
inline auto event_fields(const BusTransfer& e) {
  return std::tie(e.cycle, e.end, e.address, e.bytes, e.write, e.error, e.data);
}
inline auto event_fields(const ApbTransfer& e) {
  return std::tie(e.cycle, e.end, e.paddr, e.pwrite, e.pstrb, e.pslverr, e.data);
}
inline auto event_fields(const InterruptLine& e) { return std::tie(e.cycle, e.number, e.level); }
inline auto event_fields(const MasterTransfer& e) {
  return std::tie(e.cycle, e.end, e.master, e.address, e.bytes, e.write, e.error);
}

}  // namespace cyclevisor
