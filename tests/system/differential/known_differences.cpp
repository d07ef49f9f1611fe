#include "tests/system/differential/known_differences.hpp"

#include "models/hart/csr/csr_fields.hpp"
#include "models/hart/csr/csr_number.hpp"
#include "models/hart/execute/execute.hpp"
#include "models/mmu/pte.hpp"

namespace cyclevisor::differential {
namespace {

constexpr std::uint64_t sgei = bit(12);
constexpr std::uint64_t sxl = std::uint64_t{3} << 34;

}  // namespace

const char* name(Verdict verdict) {
  return verdict == Verdict::qemu_defect ? "QEMU defect" : "permitted";
}

const char* name(Treatment treatment) {
  switch (treatment) {
    case Treatment::masked:
      return "masked";
    case Treatment::adopted:
      return "adopted";
    case Treatment::not_generated:
      return "not generated";
    case Treatment::ends_program:
      return "ends the program";
  }
  return "?";
}

const std::vector<KnownDifference>& known_differences() {
  static const std::vector<KnownDifference> table = {
      {"cycle, time, instret, mcycle, minstret", "QEMU counts the host's time",
       "Hardware Performance Monitor", Verdict::permitted, Treatment::adopted},
      {"A and D bits", "QEMU 7.2 always updates them, without Svadu and menvcfg.ADUE",
       "Virtual Address Translation Process, step 9 (as of privileged architecture 1.12)",
       Verdict::permitted, Treatment::adopted},
      {"sc",
       "QEMU makes it fail whenever a trap was taken or returned from since lr, or address or "
       "loaded value differ",
       "Load-Reserved/Store-Conditional Instructions: may fail otherwise", Verdict::permitted,
       Treatment::adopted},
      {"mideleg.SGEI", "QEMU has the bit set without guest external interrupts",
       "Machine Interrupt Delegation: read-only one if GEILEN is not zero", Verdict::qemu_defect,
       Treatment::masked},
      {"vsstatus bits 35:34", "QEMU shows SXL there", "Virtual Supervisor Status Register: WPRI",
       Verdict::qemu_defect, Treatment::masked},
      {"xtval after ebreak", "QEMU writes 0, this hart the pc",
       "Machine Trap Value Register: the faulting address or 0", Verdict::permitted,
       Treatment::adopted},
      {"xtval of a refused HLV, HLVX, HSV", "QEMU leaves an earlier instruction's bits there",
       "Machine Trap Value Register: the faulting instruction or 0", Verdict::qemu_defect,
       Treatment::adopted},
      {"mtinst, htinst", "QEMU writes 0 where this hart writes a transformed instruction",
       "Transformed Instruction or Pseudoinstruction for mtinst or htinst: may always be 0",
       Verdict::permitted, Treatment::adopted},
      {"mstatus.GVA",
       "QEMU sets it in traps from V=1 with any value other than 0, not for HLV "
       "and HSV",
       "Machine Status Registers (mstatus) of the hypervisor extension", Verdict::qemu_defect,
       Treatment::adopted},
      {"mepc, sepc, vsepc", "QEMU keeps bit 0", "Machine Exception Program Counter Register",
       Verdict::qemu_defect, Treatment::not_generated},
      {"stimecmp, vstimecmp while STCE is 0", "QEMU raises STIP, VSTIP nevertheless",
       "Sstc: menvcfg.STCE, henvcfg.STCE", Verdict::qemu_defect, Treatment::not_generated},
      {"hvip.VSTIP while STCE is 1", "QEMU ignores it",
       "Sstc: VSTIP of hip is the logical OR of hvip.VSTIP and the comparison",
       Verdict::qemu_defect, Treatment::not_generated},
      {"xtval of a misaligned access that the bus refuses",
       "QEMU reports an address before or after the portion, as it splits the access differently",
       "Machine Trap Value Register: the portion of the access that caused the fault",
       Verdict::qemu_defect, Treatment::adopted},
      {"sc without a reservation",
       "QEMU fails it without translating the address, hence without setting A and D",
       "Load-Reserved/Store-Conditional Instructions: leaves open whether a failing sc faults",
       Verdict::permitted, Treatment::adopted},
      {"mip.VSEIP", "QEMU lets writes of mip change hvip.VSEIP",
       "Hypervisor Interrupt Registers: VSEIP of hip is read-only", Verdict::qemu_defect,
       Treatment::not_generated},
      {"sc.w after lr.d", "QEMU stores although it reports failure",
       "Load-Reserved/Store-Conditional Instructions: a failing sc does not write",
       Verdict::qemu_defect, Treatment::not_generated},
      {"htval, mtval2", "QEMU keeps those of an earlier guest-page fault in other traps",
       "Hypervisor Trap Value Register: otherwise 0", Verdict::qemu_defect, Treatment::adopted},
      {"access fault of an AMO", "QEMU reports a load's where there is no target",
       "Machine Cause Register: store/AMO access fault", Verdict::qemu_defect, Treatment::adopted},
      {"vsie, vsip", "QEMU also treats bits 2, 6 and 10 of a value as VSSIP, VSTIP and VSEIP",
       "Virtual Supervisor Interrupt Registers: bits 1, 5 and 9", Verdict::qemu_defect,
       Treatment::not_generated},
      {"STIP and SEIP of vsip, of sip with V=1", "QEMU shows 0",
       "Virtual Supervisor Interrupt Registers: aliases of VSTIP and VSEIP of hip",
       Verdict::qemu_defect, Treatment::adopted},
      {"sie, sip with V=1", "QEMU shows 0 for bits that mideleg does not delegate to HS-mode",
       "Virtual Supervisor Interrupt Registers: only hideleg matters", Verdict::qemu_defect,
       Treatment::adopted},
      {"hlvx", "QEMU needs R instead of X",
       "Hypervisor Virtual-Machine Load and Store Instructions", Verdict::qemu_defect,
       Treatment::ends_program},
      {"hlv, hsv with vsatp and hgatp Bare",
       "QEMU raises a guest-page fault where there is no target",
       "Two-Stage Address Translation: no translation at all", Verdict::qemu_defect,
       Treatment::ends_program},
      {"mstatus.MXR, vsstatus.MXR with V=1, and for hlv",
       "QEMU ignores mstatus.MXR, and applies vsstatus.MXR to the G stage, but not for hlv",
       "Two-Stage Address Translation", Verdict::qemu_defect, Treatment::not_generated},
      {"vsstatus.SUM for hlv and hsv", "QEMU always grants SPVP=1 access to user pages",
       "Hypervisor Virtual-Machine Load and Store Instructions", Verdict::qemu_defect,
       Treatment::not_generated},
      {"A and D bits of VS-stage tables", "QEMU does not need W of the G stage to set them",
       "Two-Stage Address Translation: an implicit store", Verdict::qemu_defect,
       Treatment::not_generated},
      {"guest-page faults of the VS-stage walk", "QEMU always reports load faults",
       "Two-Stage Address Translation: the fault of the original access", Verdict::qemu_defect,
       Treatment::not_generated},
      {"guest physical addresses", "QEMU accepts those that are sign-extended at their top bit",
       "Guest Physical Address Translation: bits 63:41 (63:50) are 0", Verdict::qemu_defect,
       Treatment::not_generated},
      {"M-mode with MPRV=1, MPV=1", "QEMU reports guest-page faults as page faults",
       "Machine Status Registers (mstatus) of the hypervisor extension", Verdict::qemu_defect,
       Treatment::not_generated},
      {"page faults of hlv, hsv, or with MPV=1", "QEMU reports access faults while satp is Bare",
       "Hypervisor Virtual-Machine Load and Store Instructions", Verdict::qemu_defect,
       Treatment::not_generated},
      {"walks through addresses without a target", "QEMU reports page faults",
       "Virtual Address Translation Process, step 2: access fault", Verdict::qemu_defect,
       Treatment::not_generated},
      {"pmpcfg, pmpaddr", "QEMU keeps bits 6:5, R=0 with W=1, and bits 63:54",
       "Physical Memory Protection CSRs", Verdict::qemu_defect, Treatment::not_generated},
      {"no active PMP entry", "QEMU refuses mret to lower modes",
       "Priority and Matching Logic: the fetch fails", Verdict::qemu_defect,
       Treatment::not_generated},
      {"mstatus.MPP, UXL, hstatus, vsatp, hgatp, stvec",
       "QEMU holds values that are unsupported here", "WARL fields", Verdict::permitted,
       Treatment::not_generated},
      {"mcounteren, scounteren, hcounteren, mcountinhibit",
       "QEMU also holds the bits of counters 3..31", "WARL fields", Verdict::permitted,
       Treatment::not_generated},
      {"mhpmcounter3..31, mhpmevent3..31", "QEMU without a PMU does not have them",
       "Hardware Performance Monitor: mandatory, may be 0", Verdict::qemu_defect,
       Treatment::not_generated},
      {"tselect, tdata1..3", "QEMU configured without triggers refuses them", "Sdtrig: optional",
       Verdict::permitted, Treatment::not_generated},
      {"simultaneous interrupts for one mode", "QEMU takes the one with the lowest number",
       "Machine Interrupt Registers: MEI, MSI, MTI, SEI, SSI, STI", Verdict::qemu_defect,
       Treatment::adopted},
      {"mstatus.TVM and hgatp", "QEMU lets HS-mode access hgatp nevertheless",
       "Hypervisor Guest Address Translation and Protection Register", Verdict::qemu_defect,
       Treatment::ends_program},
      {"translations cached in M-mode with MPRV=1",
       "QEMU keeps them when a trap or mret changes MPP, MPV",
       "Machine Status Registers: Memory Privilege", Verdict::qemu_defect,
       Treatment::not_generated},
      {"exceptions 2 and 6 delegated to VS-mode",
       "QEMU treats them as interrupts and writes vscause 1 and 5",
       "Hypervisor Trap Delegation Registers: only interrupts are moved", Verdict::qemu_defect,
       Treatment::adopted},
      {"fetches and M-mode accesses with MPRV=1 to the same page",
       "QEMU gives the access the permissions of the fetch",
       "Machine Status Registers: Memory Privilege", Verdict::qemu_defect,
       Treatment::not_generated},
      {"htval, htinst, hstatus.GVA", "QEMU also writes them in traps into VS-mode",
       "Hypervisor Status Register and following: traps into HS-mode", Verdict::qemu_defect,
       Treatment::adopted},
      {"PMP entries smaller than a page",
       "QEMU ignores them for a page where an entry of lower priority that covers all of it has "
       "matched, and checks misaligned accesses in other portions",
       "Physical Memory Protection: Priority and Matching Logic", Verdict::qemu_defect,
       Treatment::not_generated},
      {"wfi, sret, sfence.vma, hfence in VU-mode", "QEMU raises illegal-instruction exceptions",
       "Virtual-Instruction Exceptions", Verdict::qemu_defect, Treatment::not_generated},
      {"mstatus.TVM, mstatus.TSR with V=1", "QEMU also applies them in VS-mode",
       "Virtualization Support in mstatus Register; Hypervisor Status Register: VTVM, VTSR",
       Verdict::qemu_defect, Treatment::not_generated},
      {"supervisor CSRs in VU-mode", "QEMU raises illegal-instruction exceptions",
       "Virtual-Instruction Exceptions", Verdict::qemu_defect, Treatment::not_generated},
      {"hstatus.VTVM and satp", "QEMU lets VS-mode access satp nevertheless",
       "Hypervisor Status Register: VTVM", Verdict::qemu_defect, Treatment::ends_program},
      {"fetches of user pages by S- and VS-mode with SUM=1",
       "QEMU permits them after an access to the same page",
       "Supervisor Memory Privilege: SUM is irrelevant for fetches", Verdict::qemu_defect,
       Treatment::ends_program},
      {"misaligned accesses across the end of a page",
       "QEMU translates both portions before it accesses the first",
       "Load and Store Instructions: portions in any order", Verdict::permitted,
       Treatment::ends_program},
      {"an instruction that crosses from an address without a target into the next page",
       "QEMU stops at an internal assertion", "Physical Memory Attributes: access fault",
       Verdict::qemu_defect, Treatment::ends_program},
      {"mstatus.MPRV", "QEMU does not clear it in mret and sret",
       "Machine Status Registers: cleared by a return to a mode less privileged than M",
       Verdict::qemu_defect, Treatment::masked},
      {"csrrs, csrrc of a read-only CSR with a register that holds 0",
       "QEMU treats them as reads unless the register is x0", "Zicsr: only x0 makes them reads",
       Verdict::qemu_defect, Treatment::ends_program},
  };
  return table;
}

std::uint64_t compared_bits(LoggedCsr logged, PrivilegeMode) {
  constexpr std::uint64_t all = ~std::uint64_t{0};
  switch (logged) {
    case LoggedCsr::mideleg:
      return all & ~sgei;
    case LoggedCsr::vsstatus:
      return all & ~sxl;
    default:
      return all;
  }
}

std::uint64_t adopted_bits(const Instruction& instruction, PrivilegeMode mode,
                           std::uint64_t mideleg) {
  if (instruction.instruction_class != InstructionClass::csr) return 0;
  constexpr std::uint64_t not_shown = interrupt::sti | interrupt::sei;
  const std::uint64_t not_delegated = interrupt::supervisor & ~mideleg;
  constexpr std::uint64_t all = ~std::uint64_t{0};
  switch (static_cast<std::uint16_t>(instruction.immediate)) {
    case csr::cycle:
    case csr::time:
    case csr::instret:
    case csr::mcycle:
    case csr::minstret:
      return all;
    case csr::menvcfg:
    case csr::henvcfg:
      return envcfg::adue;
    case csr::mideleg:
      return sgei;
    case csr::vsstatus:
      return sxl;
    case csr::vsip:
      return not_shown;
    case csr::sip:
      return is_virtual(mode) ? not_shown | not_delegated : 0;
    case csr::sie:
      return is_virtual(mode) ? not_delegated : 0;
    default:
      return 0;
  }
}

bool reads_trap_instruction(const Instruction& instruction) {
  return instruction.instruction_class == InstructionClass::csr &&
         (instruction.immediate == csr::mtinst || instruction.immediate == csr::htinst);
}

bool ends_comparison(const Instruction& instruction, const Core& core) {
  const CsrState& state = core.csrs.state;
  if (instruction.instruction_class == InstructionClass::csr) {
    const bool hgatp = instruction.immediate == csr::hgatp &&
                       core.mode == PrivilegeMode::supervisor &&
                       (state.mstatus & mstatus::tvm) != 0;
    const bool satp = instruction.immediate == csr::satp &&
                      core.mode == PrivilegeMode::virtual_supervisor &&
                      (state.hstatus & hstatus::vtvm) != 0;
    // A write that changes nothing is still a write.
    const bool nothing =
        (instruction.operation == Operation::csrrs || instruction.operation == Operation::csrrc) &&
        instruction.rs1 != 0 && core.x[instruction.rs1] == 0;
    if (nothing && csr::is_read_only(static_cast<std::uint16_t>(instruction.immediate))) {
      return true;
    }
    return hgatp || satp ||
           is_avoided_csr(static_cast<std::uint16_t>(instruction.immediate), core.mode);
  }
  if (!is_guest_access(instruction.operation)) return false;
  if (instruction.operation == Operation::hlvx_hu || instruction.operation == Operation::hlvx_wu) {
    return true;
  }
  if (((state.mstatus | state.vsstatus) & mstatus::mxr) != 0) return true;
  return atp::mode(state.satp) == atp::Mode::bare || (state.vsatp == 0 && state.hgatp == 0);
}

bool fetches_user_page(const Core& core) {
  if (core.exception.cause != ExceptionCause::instruction_page_fault) return false;
  if (core.mode == PrivilegeMode::supervisor) return (core.csrs.state.mstatus & mstatus::sum) != 0;
  return core.mode == PrivilegeMode::virtual_supervisor &&
         (core.csrs.state.vsstatus & mstatus::sum) != 0;
}

bool is_avoided_csr(std::uint16_t number, PrivilegeMode mode) {
  const bool supervisor_level = ((number >> 8) & 3) == 1;
  if (mode == PrivilegeMode::virtual_user && supervisor_level) return true;
  if (number >= csr::mhpmcounter3 && number < csr::mhpmcounter3 + 29) return true;
  if (number >= csr::mhpmevent3 && number < csr::mhpmevent3 + 29) return true;
  if (number >= csr::tselect && number <= csr::tdata3) return true;
  return false;
}

}  // namespace cyclevisor::differential
