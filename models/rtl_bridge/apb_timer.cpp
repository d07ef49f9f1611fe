#include "models/rtl_bridge/apb_timer.hpp"

#include <algorithm>
#include <array>

#include "models/base/virt_map.hpp"

namespace cyclevisor {
namespace {

constexpr unsigned word_bytes = 4;

constexpr std::uint8_t msip_line = 3;
constexpr std::uint8_t mtip_line = 7;

}  // namespace

/// One APB transfer: the request and, for a read, the data returned.
struct ApbTimer::Transfer {
  bool write;
  std::uint16_t address;
  std::uint8_t strobes;
  bool pair;
  std::uint32_t data;
};

ApbTimer::ApbTimer(sc_core::sc_module_name name, sc_core::sc_time clock_period, unsigned prescale,
                   SyncMode mode, const EventStream& events, WaveFormat format)
    : sc_module(name),
      socket("socket"),
      period_(clock_period),
      mode_(mode),
      events_(events),
      rtl_(prescale, format) {
  socket.register_b_transport(this, &ApbTimer::b_transport);
  socket.register_transport_dbg(this, &ApbTimer::transport_dbg);
  if (mode_ == SyncMode::lockstep) {
    // The edge that begins cycle 0 is part of the reset sequence; the first edge here begins cycle
    // 1.
    clock_ = std::make_unique<sc_core::sc_clock>("clock", period_, 0.5, period_, true);
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&clock_->posedge_event());
    sc_core::sc_spawn([this] { lockstep_edge(); }, "lockstep_edge", &options);
  }
}

void ApbTimer::advance_to(Cycle target) {
  clock_to(target);
  publish_lines(target);
}

void ApbTimer::clock_to(Cycle target) {
  if (mode_ == SyncMode::lockstep) {
    while (rtl_.now() < target) wait(edge_);
    return;
  }
  while (rtl_.now() < target) {
    rtl_.advance_to(std::min(target, rtl_.horizon()));
    note_lines();
  }
}

Cycle ApbTimer::horizon() const {
  if (!lines_.empty()) return lines_.front().cycle;
  return mode_ == SyncMode::lockstep ? rtl_.now() + Cycle(1) : rtl_.horizon();
}

std::uint64_t ApbTimer::mtime(Cycle at) {
  advance_to(at);
  return rtl_.mtime();
}

void ApbTimer::lockstep_edge() {
  rtl_.step();
  note_lines();
  edge_.notify();
}

void ApbTimer::note_lines() {
  if (rtl_.msip() != noted_msip_) {
    noted_msip_ = rtl_.msip();
    lines_.push_back({rtl_.now(), msip_line, noted_msip_});
  }
  if (rtl_.mtip() != noted_mtip_) {
    noted_mtip_ = rtl_.mtip();
    lines_.push_back({rtl_.now(), mtip_line, noted_mtip_});
  }
}

void ApbTimer::publish_lines(Cycle until) {
  while (!lines_.empty() && lines_.front().cycle <= until) {
    const InterruptLine line = lines_.front();
    lines_.pop_front();
    (line.number == msip_line ? msip_ : mtip_) = line.level;
    events_.publish(line);
  }
}

void ApbTimer::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (delay != sc_core::SC_ZERO_TIME) {
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  payload.set_dmi_allowed(false);
  payload.set_response_status(access(payload));
}

tlm::tlm_response_status ApbTimer::access(tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  if (address >= virt::timer_bytes || length > virt::timer_bytes - address)
    return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  const bool size_ok = length == 1 || length == 2 || length == 4 || length == 8;
  if (!size_ok || address % length != 0 || payload.get_streaming_width() < length)
    return tlm::TLM_BURST_ERROR_RESPONSE;

  // Byte enables as one bit per byte; the array repeats when it is shorter (IEEE 1666, 14.12).
  unsigned enabled = (1u << length) - 1;
  if (const unsigned char* enables = payload.get_byte_enable_ptr()) {
    const unsigned period = payload.get_byte_enable_length();
    if (period == 0) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    for (unsigned i = 0; i < length; ++i) {
      const unsigned char enable = enables[i % period];
      if (enable == TLM_BYTE_DISABLED)
        enabled &= ~(1u << i);
      else if (enable != TLM_BYTE_ENABLED)
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    }
  }
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) return tlm::TLM_OK_RESPONSE;

  const bool write = payload.is_write();
  unsigned char* data = payload.get_data_ptr();
  const unsigned words = length > word_bytes ? 2 : 1;
  bus_.lock();
  wait_for_edge();
  bool ok = true;
  for (unsigned word = 0; ok && word < words; ++word) {
    const unsigned first = word * word_bytes;  // payload byte that this transfer begins with
    const unsigned lane = (address + first) % word_bytes;
    const unsigned bytes = std::min(length - first, word_bytes);
    Transfer t{};
    t.write = write;
    t.address = static_cast<std::uint16_t>(address + first - lane);
    t.pair = words == 2;
    if (write) {
      t.strobes = static_cast<std::uint8_t>(((enabled >> first) & ((1u << bytes) - 1)) << lane);
      for (unsigned i = 0; i < bytes; ++i)
        t.data |= std::uint32_t{data[first + i]} << (8 * (lane + i));
    }
    ok = transfer(t);
    if (ok && !write) {
      for (unsigned i = 0; i < bytes; ++i)
        if (enabled & (1u << (first + i)))
          data[first + i] = static_cast<unsigned char>(t.data >> (8 * (lane + i)));
    }
  }
  bus_.unlock();
  return ok ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE;
}

bool ApbTimer::transfer(Transfer& t) {
  ApbRequest request;
  request.psel = true;
  request.pwrite = t.write;
  request.paddr = t.address;
  request.pwdata = t.data;
  request.pstrb = t.strobes;
  request.pauser = t.pair;
  const Cycle setup = rtl_.now();
  rtl_.drive(request);
  next_cycle();
  request.penable = true;
  rtl_.drive(request);
  ApbReply reply = rtl_.apb();
  while (!reply.pready) {
    next_cycle();
    reply = rtl_.apb();
  }
  if (!t.write) t.data = reply.prdata;
  publish_lines(rtl_.now());
  events_.publish(
      ApbTransfer{setup, rtl_.now(), t.address, t.write, t.strobes, reply.pslverr, t.data});
  next_cycle();
  rtl_.drive(ApbRequest{});
  return !reply.pslverr;
}

void ApbTimer::wait_for_edge() {
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  const std::uint64_t periods = now.value() / period_.value();
  const sc_core::sc_time phase = sc_core::sc_time::from_value(now.value() % period_.value());
  Cycle cycle(periods);
  if (phase != sc_core::SC_ZERO_TIME) {
    wait(period_ - phase);
    cycle += Cycle(1);
  }
  clock_to(cycle);
  if (rtl_.now() != cycle)
    SC_REPORT_ERROR(name(), "access in a cycle that the timer was already advanced past");
}

void ApbTimer::next_cycle() {
  const Cycle target = rtl_.now() + Cycle(1);
  if (mode_ == SyncMode::fast) wait(period_);
  clock_to(target);
}

unsigned ApbTimer::transport_dbg(tlm::tlm_generic_payload& payload) {
  if (mode_ == SyncMode::fast) clock_to(Cycle(sc_core::sc_time_stamp().value() / period_.value()));
  unsigned done = 0;
  for (; done < payload.get_data_length(); ++done) {
    if (!debug_byte(payload.get_address() + done, payload.get_command(),
                    payload.get_data_ptr()[done]))
      break;
  }
  payload.set_response_status(done > 0 ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
  return done;
}

bool ApbTimer::debug_byte(std::uint64_t offset, tlm::tlm_command command, unsigned char& byte) {
  struct Register {
    TimerRegister which;
    std::uint64_t offset;
    unsigned bytes;
    std::uint64_t value;
  };
  const std::array<Register, 3> registers{{
      {TimerRegister::msip, virt::msip_offset, 4, rtl_.msip() ? 1u : 0u},
      {TimerRegister::mtimecmp, virt::mtimecmp_offset, 8, rtl_.mtimecmp()},
      {TimerRegister::mtime, virt::mtime_offset, 8, rtl_.mtime()},
  }};
  for (const Register& reg : registers) {
    if (offset < reg.offset || offset - reg.offset >= reg.bytes) continue;
    const unsigned shift = static_cast<unsigned>(8 * (offset - reg.offset));
    if (command == tlm::TLM_READ_COMMAND) byte = static_cast<unsigned char>(reg.value >> shift);
    if (command == tlm::TLM_WRITE_COMMAND) {
      const std::uint64_t rest = reg.value & ~(std::uint64_t{0xff} << shift);
      rtl_.deposit(reg.which, rest | std::uint64_t{byte} << shift);
    }
    return true;
  }
  return false;
}

}  // namespace cyclevisor
