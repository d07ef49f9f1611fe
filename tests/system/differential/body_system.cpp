// CSR accesses, privileged instructions, and self-modifying code.
#include "models/hart/csr/csr_number.hpp"
#include "tests/system/differential/body.hpp"
#include "tests/system/differential/body_registers.hpp"
#include "tests/system/differential/csr_values.hpp"

namespace cyclevisor::differential {

void BodyGenerator::csr_read() {
  const bool clears = random_.percent(50);
  const bool immediate = random_.percent(30);
  code_.csr(immediate ? (clears ? Operation::csrrci : Operation::csrrsi)
                      : (clears ? Operation::csrrc : Operation::csrrs),
            destination(), random_csr_number(random_, context_.mode), 0);
}

void BodyGenerator::csr_write() {
  Operation operation =
      random_.pick({Operation::csrrw, Operation::csrrw, Operation::csrrs, Operation::csrrc});
  const CsrWrite write = random_csr_write(random_, context_.mode, operation);
  // QEMU's value may be 0 where this hart's is not 0.
  if (write.number == csr::mtinst || write.number == csr::htinst) operation = Operation::csrrw;
  // Bodies with translation keep their tables.
  const bool machine = context_.mode == PrivilegeMode::machine;
  if (write.number == csr::satp && !machine) operation = Operation::csrrw;
  if (write.number == csr::satp && machine && context_.subject >= Subject::paging) return;
  unsigned source = 0;
  while (source == 0 || is_pointer(source)) source = destination();
  code_.load_immediate(source, write.value);
  code_.csr(operation, destination(), write.number, source);
  if (random_.percent(50)) code_.csr(Operation::csrrs, destination(), write.number, 0);
}

void BodyGenerator::system() {
  // QEMU gets their exceptions wrong in VU-mode.
  const bool supervisor_instructions = context_.mode != PrivilegeMode::virtual_user;
  switch (random_.below(10)) {
    case 0:
      // Ends the body when it traps, which it nearly always does.
      if (random_.percent(15)) code_.emit(Operation::ecall, {});
      break;
    case 1:
      code_.emit(Operation::ebreak, {});
      break;
    case 2:
      if (context_.mode != PrivilegeMode::machine) code_.emit(Operation::mret, {});
      break;
    case 3:
      if (context_.mode == PrivilegeMode::user) code_.emit(Operation::sret, {});
      break;
    case 4:
    case 5:
      if (!supervisor_instructions) break;
      code_.emit(Operation::sfence_vma,
                 {0, static_cast<std::uint8_t>(random_.percent(50) ? 0 : any()),
                  static_cast<std::uint8_t>(random_.percent(50) ? 0 : any()), 0});
      break;
    case 6:
      if (!supervisor_instructions) break;
      code_.emit(random_.percent(50) ? Operation::hfence_vvma : Operation::hfence_gvma,
                 {0, static_cast<std::uint8_t>(random_.percent(50) ? 0 : any()),
                  static_cast<std::uint8_t>(random_.percent(50) ? 0 : any()), 0});
      break;
    case 7:
      if (context_.mode == PrivilegeMode::user) code_.emit(Operation::wfi, {});
      break;
    case 8:
      code_.emit(Operation::fence, {0, 0, 0, static_cast<std::int64_t>(random_.below(4096))});
      break;
    default:
      code_.emit(Operation::fence_i, {});
      break;
  }
}

void BodyGenerator::self_modification() {
  if (!context_.code_writable) return arithmetic();
  pad();
  unsigned address = 0;
  do {
    address = destination();
  } while (address == 0 || is_pointer(address));
  unsigned value = address;
  while (value == address || value == 0 || is_pointer(value)) value = destination();
  Operands operands;
  operands.rd = static_cast<std::uint8_t>(destination());
  operands.rs1 = static_cast<std::uint8_t>(any());
  operands.immediate = random_.between(-2048, 2047);
  const std::uint32_t replacement =
      encode(random_operation(random_, Operation::addi, Operation::andi), operands);
  code_.load_immediate(value, replacement);
  const std::uint64_t base = code_.address();
  const std::uint64_t place = base + 16;
  code_.emit(Operation::auipc, {static_cast<std::uint8_t>(address), 0, 0, 0});
  code_.emit(Operation::sw,
             {0, static_cast<std::uint8_t>(address), static_cast<std::uint8_t>(value),
              static_cast<std::int64_t>(place - base)});
  code_.emit(Operation::fence_i, {});
  code_.emit(Operation::addi, {});
  arithmetic();
}

}  // namespace cyclevisor::differential
