// Translations that need no walk, do not fault and change nothing.
#pragma once

#include <optional>

#include "models/timing/translator.hpp"

namespace cyclevisor {

/// The TLB's answer to a request; nothing if a walk, a fault or an update follows.
inline std::optional<Translator::Result> look_up_steadily(Translator& translator,
                                                          const TranslationRequest& request) {
  const Translator::Regime regime = translator.regime_of(request);
  // An ideal TLB would walk at once.
  if (regime.kind != Translator::Regime::Kind::none &&
      !translator.tlb().match(request.address.value, regime.space).hit) {
    return std::nullopt;
  }
  Translator::Result result = translator.look_up(request);
  if (result.missing || result.needs_walk || result.fault) return std::nullopt;
  return result;
}

}  // namespace cyclevisor
