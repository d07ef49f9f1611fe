#include "platform/observe/guest/guest_state.hpp"

namespace cyclevisor {
namespace {

constexpr unsigned mstatus_mie = 3;
constexpr unsigned mstatus_mpie = 7;
constexpr unsigned mstatus_mpp = 11;
constexpr std::uint64_t machine = 3;
constexpr std::uint64_t user_mode = 0;

constexpr unsigned mstatus_mprv = 17;

// On RV64 odd pmpcfg numbers do not exist.
bool is_pmpcfg(unsigned number) {
  return number >= guest_csr::pmpcfg0 && number < guest_csr::pmpaddr0 && number % 2 == 0;
}
bool is_pmpaddr(unsigned number) {
  return number >= guest_csr::pmpaddr0 && number <= guest_csr::pmpaddr63;
}

bool bit(std::uint64_t value, unsigned number) { return ((value >> number) & 1) != 0; }

}  // namespace

bool GuestState::shadows_csr(unsigned number) {
  return number == guest_csr::mstatus || number == guest_csr::mie || number == guest_csr::mtvec ||
         number == guest_csr::mepc || is_pmpcfg(number) || is_pmpaddr(number);
}

std::uint64_t GuestState::read_csr(unsigned number) const {
  if (is_pmpcfg(number)) return pmp.read_config(number - guest_csr::pmpcfg0);
  if (is_pmpaddr(number)) return pmp.read_address(number - guest_csr::pmpaddr0);
  switch (number) {
    case guest_csr::mstatus:
      return std::uint64_t{mie} << mstatus_mie | std::uint64_t{mpie} << mstatus_mpie |
             (mpp_user ? user_mode : machine) << mstatus_mpp | std::uint64_t{mprv} << mstatus_mprv;
    case guest_csr::mie:
      return enables;
    case guest_csr::mtvec:
      return mtvec;
    case guest_csr::mepc:
      return mepc;
    default:
      return 0;
  }
}

void GuestState::write_csr(unsigned number, std::uint64_t value) {
  if (is_pmpcfg(number)) pmp.write_config(number - guest_csr::pmpcfg0, value);
  if (is_pmpaddr(number)) pmp.write_address(number - guest_csr::pmpaddr0, value);
  switch (number) {
    case guest_csr::mstatus: {
      mie = bit(value, mstatus_mie);
      mpie = bit(value, mstatus_mpie);
      mprv = bit(value, mstatus_mprv);
      // MPP is WARL: a mode that the hart does not have leaves it as it was.
      const std::uint64_t mpp = (value >> mstatus_mpp) & 3;
      if (mpp == machine || mpp == user_mode) mpp_user = mpp == user_mode;
      break;
    }
    case guest_csr::mie:
      enables = value;
      break;
    case guest_csr::mtvec:
      // MODE >= 2 is reserved; mtvec then keeps its mode.
      mtvec = (value & ~std::uint64_t{3}) | ((value & 2) != 0 ? mtvec & 3 : value & 1);
      break;
    case guest_csr::mepc:
      mepc = value & ~std::uint64_t{1};
      break;
    case guest_csr::htimedelta:
      htimedelta = value;
      break;
    default:
      break;
  }
}

void GuestState::enter(std::uint64_t epc) {
  mpie = mie;
  mie = false;
  mpp_user = user;
  user = false;
  mepc = epc;
}

void GuestState::leave() {
  mie = mpie;
  mpie = true;
  user = mpp_user;
  if (user) mprv = false;
  mpp_user = true;  // MPP becomes the least-privileged mode that there is
}

}  // namespace cyclevisor
