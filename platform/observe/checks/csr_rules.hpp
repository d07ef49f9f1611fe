// The oracle's rules about what a guest reads from the CSRs of its virtual hart. Described in
// docs/oracle.md.
#pragma once

#include "platform/observe/checks/oracle.hpp"

namespace cyclevisor {

class CsrRules : public GuestObserver {
 public:
  /// Observes `view`; violations go to `oracle`.
  CsrRules(GuestView& view, Oracle& oracle) : oracle_(oracle) { view.attach(*this); }

  void csr_read(const GuestCsrRead& read) override;

 private:
  Oracle& oracle_;
};

}  // namespace cyclevisor
