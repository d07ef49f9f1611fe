#include "platform/coverage/coverage.hpp"

#include <utility>

namespace cyclevisor {

CoveredProgram::CoveredProgram(std::string name, CodeMap map)
    : name_(std::move(name)),
      map_(std::move(map)),
      first_(map_.first()),
      retired_((map_.end() - map_.first()) / 2),
      branch_at_(retired_.size(), no_branch),
      outcomes_(map_.branches.size()) {
  std::uint32_t number = no_branch;
  for (const CodeBranch& branch : map_.branches) {
    ++number;
    const std::uint64_t slot = (branch.address - first_) / 2;
    if (slot < branch_at_.size()) branch_at_[slot] = number;
  }
}

void CoveredProgram::count_outcome(std::uint32_t branch, std::uint64_t pc) {
  const CodeBranch& code = map_.branches[branch - 1];
  if (pc == code.next) {
    ++outcomes_[branch - 1].not_taken;
  } else if (pc == code.target) {
    ++outcomes_[branch - 1].taken;
  }
}

Coverage::Coverage(const ObservedPlatform& platform, const VmWatch& watch,
                   std::vector<CoveredProgram> programs)
    : watch_(watch),
      one_program_(!platform.arrangement.hypervised()),
      programs_(std::move(programs)) {}

void Coverage::on(const Retire& event) {
  continue_at(event.pc.value);
  const std::size_t number = one_program_ ? 0 : watch_.running().value_or(0);
  if (number >= programs_.size()) return;
  CoveredProgram& program = programs_[number];
  program.count(event.pc.value);
  branch_ = program.find_branch(event.pc.value);
  branched_ = &program;
}

void Coverage::on(const Trap& event) { continue_at(event.epc.value); }

void Coverage::continue_at(std::uint64_t pc) {
  if (branch_ == CoveredProgram::no_branch) return;
  branched_->count_outcome(branch_, pc);
  branch_ = CoveredProgram::no_branch;
}

}  // namespace cyclevisor
