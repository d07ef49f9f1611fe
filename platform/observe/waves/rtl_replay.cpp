#include "platform/observe/waves/rtl_replay.hpp"

#include "models/base/virt_map.hpp"
#include "platform/observe/guest/guest_state.hpp"
#include "platform/observe/guest/timer_map.hpp"

namespace cyclevisor {
namespace {

constexpr unsigned word_bytes = 4;
// No timer waits longer before it is ready.
constexpr Cycle longest_transfer(64);

}  // namespace

void RtlReplay::pass(Cycle cycle) {
  if (!transfers_) timer_.advance_to(cycle);
}

void RtlReplay::on(const BusRequest& event) {
  pass(event.cycle);
  transfers_ = event.address.value - virt::timer_base < virt::timer_bytes;
  pair_ = event.bytes > word_bytes;
}

void RtlReplay::on(const BusTransfer& event) {
  transfers_ = false;
  pass(event.end);
}

/// As the bridge does it (AMBA APB, "Operating States"): setup, access until PREADY, idle.
void RtlReplay::on(const ApbTransfer& event) {
  if (event.cycle < timer_.now() || event.end < event.cycle ||
      event.end - event.cycle > longest_transfer) {
    faithful_ = false;
    return;
  }
  timer_.advance_to(event.cycle);
  ApbRequest pins;
  pins.psel = true;
  pins.pwrite = event.pwrite;
  pins.paddr = static_cast<std::uint16_t>(event.paddr);
  pins.pwdata = event.pwrite ? event.data : 0;
  pins.pstrb = event.pstrb;
  pins.pauser = pair_;
  timer_.drive(pins);
  timer_.step();
  pins.penable = true;
  timer_.drive(pins);
  while (timer_.now() < event.end && !timer_.apb().pready) timer_.step();
  const ApbReply reply = timer_.apb();
  if (timer_.now() != event.end || !reply.pready || reply.pslverr != event.pslverr ||
      (!event.pwrite && !reply.pslverr && reply.prdata != event.data)) {
    faithful_ = false;
  }
  timer_.step();
  timer_.drive(ApbRequest{});
}

void RtlReplay::on(const InterruptLine& event) {
  if (transfers_ || event.number != GuestState::mti) return;
  pass(event.cycle);
  if (timer_.mtip() != event.level) faithful_ = false;
}

}  // namespace cyclevisor
