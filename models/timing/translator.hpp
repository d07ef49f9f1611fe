// Translation as one stage of the pipeline sees it: the TLB, and what it says to an access (timing
// rules, section 9).
//
// A single stage of a real TLB follows the reference core: the walker fills it with entries as they
// are. Where the reference core has no example (the two stages of a virtual machine) or no walker
// is wanted (an ideal TLB), `translate` of models/mmu says what a walk finds, and the TLB holds
// only what has been found permitted.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "models/hart/core.hpp"
#include "models/mmu/translate.hpp"
#include "models/timing/tlb.hpp"

namespace cyclevisor {

/// A walk of two stages, from its first step to its outcome.
struct GuestWalk {
  std::vector<WalkStep> steps;
  std::variant<Translation, TranslationFault> outcome;
};

class Translator {
 public:
  /// Both must outlive the translator.
  Translator(Core& core, Tlb& tlb) : core_(core), tlb_(tlb) {}

  /// What translation an access is subject to.
  struct Regime {
    enum class Kind : std::uint8_t {
      none,       ///< addresses are physical
      one_stage,  ///< satp
      guest,      ///< vsatp and hgatp, at least one of them not Bare
    };
    Kind kind = Kind::none;
    unsigned levels = 3;  ///< of the one stage
    TranslationSpace space;
  };
  Regime regime_of(const TranslationRequest& request) const;

  struct Result {
    Regime regime;
    Tlb::Match match;
    PhysicalAddress physical;  ///< meaningful unless `missing`
    bool missing = false;      ///< nothing can be accessed before a walk
    bool needs_walk = false;   ///< also when something is there, but lacks A or D
    std::optional<TranslationFault> fault;
  };
  /// Looks an address up. With an ideal TLB what it does not hold is walked at once, which may set
  /// A and D.
  Result look_up(const TranslationRequest& request);

  /// What counts for a walk of one stage.
  AccessedDirty policy() const;
  /// Walks two stages, with all effects on memory.
  GuestWalk walk_guest(const TranslationRequest& request);

  Tlb& tlb() { return tlb_; }

 private:
  void look_up_permitted(const TranslationRequest& request, Result& result);

  Core& core_;
  Tlb& tlb_;
};

}  // namespace cyclevisor
