#include "platform/observe/guest/guest_source.hpp"

#include <stdexcept>

namespace cyclevisor {

std::unique_ptr<GuestSource> make_guest_source(GuestSourceKind kind, GuestShadow& guest,
                                               const Arrangement& arrangement) {
  switch (kind) {
    case GuestSourceKind::machine:
      return machine_source(guest, arrangement);
    case GuestSourceKind::supervisor:
      return supervisor_source(guest, arrangement);
    case GuestSourceKind::trapped:
      return trapped_source(guest, arrangement);
  }
  throw std::logic_error("no such guest source");
}

}  // namespace cyclevisor
