#include "models/timing/translator.hpp"

namespace cyclevisor {
namespace {

class StepRecorder final : public WalkObserver {
 public:
  explicit StepRecorder(std::vector<WalkStep>& steps) : steps_(steps) {}
  void on_step(const WalkStep& step) override { steps_.push_back(step); }

 private:
  std::vector<WalkStep>& steps_;
};

std::uint64_t identifier(std::uint64_t atp) { return (atp >> atp::asid_shift) & 0xffff; }

bool is_bare(std::uint64_t atp) { return atp::mode(atp) == atp::Mode::bare; }

}  // namespace

Translator::Regime Translator::regime_of(const TranslationRequest& request) const {
  const CsrState& state = core_.csrs.state;
  Regime regime;
  if (is_virtual(request.mode)) {
    const bool first = !is_bare(state.vsatp);
    const bool second = !is_bare(state.hgatp);
    if (first || second) regime.kind = Regime::Kind::guest;
    regime.space.asid = first ? identifier(state.vsatp) : 0;
    regime.space.machine = std::uint64_t{1} << 32 | std::uint64_t{first} << 17 |
                           std::uint64_t{second} << 16 | identifier(state.hgatp);
    return regime;
  }
  regime.space.asid = identifier(state.satp);
  if (request.mode == PrivilegeMode::machine || is_bare(state.satp)) return regime;
  regime.kind = Regime::Kind::one_stage;
  regime.levels = atp::mode(state.satp) == atp::Mode::sv48 ? 4 : 3;
  return regime;
}

AccessedDirty Translator::policy() const {
  return (core_.csrs.state.menvcfg & envcfg::adue) != 0 ? AccessedDirty::update
                                                        : AccessedDirty::fault;
}

GuestWalk Translator::walk_guest(const TranslationRequest& request) {
  std::vector<WalkStep> steps;
  StepRecorder recorder(steps);
  auto outcome =
      translate(request, core_.memory.registers(), core_.memory.page_tables(), &recorder);
  return {std::move(steps), outcome};
}

Translator::Result Translator::look_up(const TranslationRequest& request) {
  const std::uint64_t address = request.address.value;
  Result result;
  result.regime = regime_of(request);
  result.match = tlb_.match(address, result.regime.space);
  result.physical = PhysicalAddress(address);
  if (result.regime.kind == Regime::Kind::none) return result;
  if (result.regime.kind == Regime::Kind::guest || tlb_.forgets_nothing()) {
    look_up_permitted(request, result);
    return result;
  }
  if (!result.match.hit) {
    result.missing = result.needs_walk = true;
    result.physical = PhysicalAddress();
    return result;
  }
  result.physical = translated(result.match, address);
  const TlbVerdict verdict = judge(result.match, request, result.regime.levels, policy());
  result.needs_walk = verdict == TlbVerdict::update;
  if (verdict == TlbVerdict::page_fault) result.fault.emplace();
  return result;
}

void Translator::look_up_permitted(const TranslationRequest& request, Result& result) {
  const std::uint64_t address = request.address.value;
  const Tlb::Match& match = result.match;
  if (match.hit && permits_again(match.pte, match.guest_pte, request)) {
    result.physical = translated(match, address);
    return;
  }
  if (!tlb_.forgets_nothing()) {
    result.missing = result.needs_walk = true;
    result.physical = PhysicalAddress();
    return;
  }
  const auto outcome = translate(request, core_.memory.registers(), core_.memory.page_tables());
  if (const auto* fault = std::get_if<TranslationFault>(&outcome)) {
    result.fault = *fault;
    result.physical = PhysicalAddress();
    return;
  }
  const Translation& translation = std::get<Translation>(outcome);
  result.physical = translation.physical;
  tlb_.write(address, result.regime.space, entry_of(translation, address));
}

}  // namespace cyclevisor
