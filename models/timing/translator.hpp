// Translation as one stage of the pipeline sees it: a TLB, and its answers to accesses (timing
// rules, section 9).
//
// A real TLB with a single stage follows the reference core: the walker fills it with entries as
// they are. Where the reference core has no example (two-stage translation) or the TLB needs no
// walker (ideal), `translate` of models/mmu finds the translation, and the TLB holds only permitted
// ones.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "models/hart/execute/core.hpp"
#include "models/mmu/translate.hpp"
#include "models/timing/tlb.hpp"

namespace cyclevisor {

/// A two-stage walk, from its first step to its outcome.
struct GuestWalk {
  std::vector<WalkStep> steps;
  std::variant<Translation, TranslationFault> outcome;
};

class Translator {
 public:
  /// Both must outlive the translator.
  Translator(Core& core, Tlb& tlb) : core_(core), tlb_(tlb) {}

  /// The kind of translation that applies to an access.
  struct Regime {
    enum class Kind : std::uint8_t {
      none,       ///< addresses are physical
      one_stage,  ///< satp
      guest,      ///< vsatp and hgatp, at least one of them not Bare
    };
    Kind kind = Kind::none;
    unsigned levels = 3;  ///< of the single stage
    TranslationSpace space;
  };
  Regime regime_of(const TranslationRequest& request) const;

  struct Result {
    Regime regime;
    Tlb::Match match;
    PhysicalAddress physical;  ///< valid unless `missing`
    bool missing = false;      ///< nothing can be accessed before a walk
    bool needs_walk = false;   ///< also if an entry matches but lacks A or D
    std::optional<TranslationFault> fault;
  };
  /// Looks up an address. An ideal TLB walks at once when it misses, which may set A and D.
  Result look_up(const TranslationRequest& request);

  /// The A/D policy of a single-stage walk.
  AccessedDirty policy() const;
  /// Walks both stages, with all effects on memory.
  GuestWalk walk_guest(const TranslationRequest& request);

  Tlb& tlb() { return tlb_; }

 private:
  void look_up_permitted(const TranslationRequest& request, Result& result);

  Core& core_;
  Tlb& tlb_;
};

}  // namespace cyclevisor
