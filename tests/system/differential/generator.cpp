#include "tests/system/differential/generator.hpp"

#include "models/base/virt_map.hpp"
#include "models/hart/csr/csr_fields.hpp"
#include "models/hart/csr/csr_number.hpp"
#include "tests/system/differential/memory_map.hpp"
#include "tests/system/differential/page_tables.hpp"

namespace cyclevisor::differential {
namespace {

constexpr unsigned vector_entries = 16;
/// Exceptions whose instruction the handler skips: not those of fetches, nor environment calls.
constexpr std::uint64_t skipped_causes = 0xe0a0fc;
constexpr std::uint64_t finisher = virt::finisher_base;
constexpr std::uint64_t finisher_pass = 0x5555;

/// The CSRs of a handler's level.
struct HandlerCsrs {
  std::uint16_t cause;
  std::uint16_t epc;
};

class Generator {
 public:
  Generator(std::uint64_t seed, const ProgramOptions& options)
      : random_(seed),
        options_(options),
        program_{std::vector<std::uint8_t>(map::image_bytes)},
        code_(program_.image, map::image, map::image),
        body_(random_, code_),
        tables_(random_, program_.image) {}

  Program run() {
    fill_data();
    while (true) {
      const PageTableSet set = tables_.build();
      if (set.sv39 == 0) break;
      sets_.push_back(set);
    }
    landing_pads();
    machine_handler();
    supervisor_handler();
    code_.go_to(map::image);
    boot();
    code_.jump(0, static_cast<std::int64_t>(map::code - code_.address()));
    code_.go_to(map::code);
    for (unsigned i = 0; i < options_.launches && code_.room() > launch_room; ++i) launch();
    code_.load_immediate(6, finisher);
    code_.load_immediate(7, finisher_pass);
    code_.emit(Operation::sw, {0, 6, 7, 0});
    code_.jump(0, 0);
    return std::move(program_);
  }

 private:
  static constexpr std::uint64_t launch_room = 0x4000;

  void fill_data() {
    for (std::uint64_t i = 0; i < map::data_bytes; ++i) {
      program_.image[map::data - map::image + i] = static_cast<std::uint8_t>(random_.bits());
    }
  }

  /// Wild jumps go to the ends of data pages, which hold environment calls; the last one crosses
  /// into the next page.
  void landing_pads() {
    constexpr std::uint16_t call_low = 0x0073;
    constexpr std::uint16_t call_high = 0x0000;
    for (unsigned page = 0; page < map::data_pages; ++page) {
      const std::uint64_t start = map::data + page * 0x1000;
      code_.go_to(start);
      code_.half(call_high);
      code_.go_to(start + map::landing_pads);
      code_.half(0x0001);
      code_.emit(Operation::ecall, {});
      code_.half(0x0001);
      code_.emit(Operation::ecall, {});
      code_.half(0x0001);
      code_.half(call_low);
    }
  }

  void boot() {
    // QEMU's second hart stays here.
    code_.csr(Operation::csrrs, 5, csr::mhartid, 0);
    code_.branch(Operation::beq, 5, 0, 12);
    code_.emit(Operation::wfi, {});
    code_.jump(0, -4);
    // The entry of lowest priority permits everything: with no active entry QEMU permits nothing.
    code_.write_csr(csr::pmpaddr0 + 15, (std::uint64_t{1} << 54) - 1);
    code_.write_csr(csr::pmpcfg0 + 2, std::uint64_t{0x1f} << 56);
    // From here on comparators that have not expired drive STIP and VSTIP.
    code_.write_csr(csr::stimecmp, ~std::uint64_t{0});
    if (options_.hypervisor) code_.write_csr(csr::vstimecmp, ~std::uint64_t{0});
    code_.write_csr(csr::menvcfg, envcfg::stce);
    if (options_.hypervisor) code_.write_csr(csr::henvcfg, envcfg::stce);
    body_.pointers({});
    body_.fill_registers();
  }

  /// First the vectors, then the handler itself: it skips the instruction or leaves through
  /// `escape`.
  template <class Escape>
  void handler(HandlerCsrs csrs, Operation trap_return, Escape escape) {
    const std::uint64_t start = code_.address();
    for (unsigned i = 0; i < vector_entries; ++i) {
      code_.jump(0, static_cast<std::int64_t>(start + 4 * vector_entries - code_.address()));
    }
    code_.csr(Operation::csrrs, 31, csrs.cause, 0);
    const std::uint64_t interrupted = code_.reserve();
    code_.load_immediate(30, skipped_causes);
    code_.registers(Operation::srl, 30, 30, 31);
    code_.immediate(Operation::andi, 30, 30, 1);
    const std::uint64_t other = code_.reserve();
    if (options_.subject == Subject::hypervisor) {
      // Not in QEMU's log.
      code_.csr(Operation::csrrs, 30, csrs.cause == csr::mcause ? csr::mtinst : csr::sscratch, 0);
    }
    // QEMU does not notice that a trap and mret change the effect of MPRV=1.
    if (trap_return == Operation::mret && options_.subject >= Subject::paging) {
      code_.emit(Operation::sfence_vma, {});
    }
    code_.csr(Operation::csrrs, 31, csrs.epc, 0);
    code_.immediate(Operation::addi, 31, 31, 4);
    code_.csr(Operation::csrrw, 0, csrs.epc, 31);
    code_.emit(trap_return, {});
    const std::uint64_t out = code_.address();
    code_.patch(interrupted, Operation::blt,
                {0, 31, 0, static_cast<std::int64_t>(out - interrupted)});
    code_.patch(other, Operation::beq, {0, 30, 0, static_cast<std::int64_t>(out - other)});
    escape();
  }

  void machine_handler() {
    code_.go_to(map::machine_handler);
    handler({csr::mcause, csr::mepc}, Operation::mret, [&] {
      code_.csr(Operation::csrrs, 31, csr::mscratch, 0);
      code_.emit(Operation::jalr, {0, 31, 0, 0});
    });
  }

  /// For S-, HS- and VS-mode: their registers have the same numbers.
  void supervisor_handler() {
    code_.go_to(map::supervisor_handler);
    handler({csr::scause, csr::sepc}, Operation::sret, [&] {
      code_.emit(Operation::ecall, {});
      code_.jump(0, -4);
    });
  }

  PrivilegeMode random_mode() {
    switch (options_.subject) {
      case Subject::integer:
      case Subject::atomic:
      case Subject::encoding:
      case Subject::csr:
        return PrivilegeMode::machine;
      case Subject::mode:
      case Subject::paging:
      case Subject::protection:
        return random_.pick({PrivilegeMode::machine, PrivilegeMode::supervisor,
                             PrivilegeMode::supervisor, PrivilegeMode::user, PrivilegeMode::user});
      case Subject::hypervisor:
        break;
    }
    return random_.pick({PrivilegeMode::machine, PrivilegeMode::supervisor,
                         PrivilegeMode::supervisor, PrivilegeMode::user,
                         PrivilegeMode::virtual_supervisor, PrivilegeMode::virtual_supervisor,
                         PrivilegeMode::virtual_supervisor, PrivilegeMode::virtual_user,
                         PrivilegeMode::virtual_user});
  }

  std::uint64_t translation(std::uint64_t sv39, std::uint64_t sv48) {
    const std::uint64_t identifier = random_.below(4) << 44;
    switch (random_.below(5)) {
      case 0:
        return 0;
      case 1:
      case 2:
        return std::uint64_t{9} << 60 | identifier | sv48 >> 12;
      default:
        return std::uint64_t{8} << 60 | identifier | sv39 >> 12;
    }
  }

  void delegation(std::uint64_t status) {
    // Not 9: environment calls of the supervisor's handler end the body. Not 1 and 12 with PMP: the
    // handler itself may be inaccessible.
    std::uint64_t exceptions = random_.bits() & 0xf0b5fe;
    if (random_.percent(20)) exceptions = 0;
    if (options_.subject == Subject::protection) exceptions &= ~std::uint64_t{0x1002};
    // Nor illegal instructions when the handler's sret is one.
    if ((status & mstatus::tsr) != 0) exceptions &= ~std::uint64_t{4};
    code_.write_csr(csr::medeleg, exceptions);
    code_.write_csr(csr::mideleg, random_.bits() & interrupt::supervisor);
  }

  void interrupts() {
    if (options_.hypervisor) code_.csr(Operation::csrrw, 0, csr::hvip, 0);
    if (random_.percent(80)) {
      code_.csr(Operation::csrrw, 0, csr::mie, 0);
    } else {
      code_.write_csr(csr::mie,
                      random_.bits() & (interrupt::supervisor | interrupt::virtual_supervisor));
    }
    code_.write_csr(csr::mip, random_.bits() & (interrupt::supervisor | interrupt::vssi));
  }

  /// Reads the A and D bits that earlier bodies left.
  void read_tables() {
    for (std::uint64_t n = random_.below(5); n != 0; --n) {
      code_.load_immediate(30, random_.from(tables_.window_entries()));
      code_.immediate(Operation::ld, static_cast<unsigned>(random_.between(21, 27)), 30, 0);
    }
  }

  void change_tables() {
    for (std::uint64_t n = random_.below(6); n != 0; --n) {
      code_.load_immediate(30, random_.from(tables_.window_entries()));
      code_.load_immediate(31, tables_.random_entry(0));
      code_.emit(Operation::sd, {0, 30, 31, 0});
    }
  }

  struct GuestTranslation {
    std::uint64_t vsatp = 0;
    std::uint64_t hgatp = 0;
  };

  GuestTranslation hypervisor_state(PrivilegeMode mode, const PageTableSet& set,
                                    bool guest_physical_stays) {
    if (!options_.hypervisor) return {};
    const std::uint64_t hgatp = guest_physical_stays ? 0 : translation(set.sv39x4, set.sv48x4);
    const std::uint64_t vsatp = translation(set.sv39, set.sv48);
    code_.write_csr(csr::hgatp, hgatp);
    code_.write_csr(csr::vsatp, vsatp);
    // Rarely 2: see known_differences.cpp.
    const std::uint64_t seldom = random_.percent(90) ? 4 : 0;
    code_.write_csr(csr::hedeleg, random_.percent(30) ? 0 : random_.bits() & 0xb1fe & ~seldom);
    code_.write_csr(csr::hideleg, random_.bits() & interrupt::virtual_supervisor);
    if (mode != PrivilegeMode::machine && random_.percent(40)) {
      code_.write_csr(csr::hvip, random_.bits() & (interrupt::vssi | interrupt::vsei));
    }
    std::uint64_t status = hstatus::vsxl_64 | (random_.bits() & (hstatus::spvp | hstatus::spv));
    if (random_.percent(50)) status |= hstatus::hu;
    if (random_.percent(10)) {
      status |= random_.bits() & (hstatus::vtvm | hstatus::vtw | hstatus::vtsr);
    }
    code_.write_csr(csr::hstatus, status);
    std::uint64_t guest_status =
        mstatus::uxl_64 | (random_.bits() & (mstatus::spp | mstatus::spie));
    // Not MXR, and SUM wherever HLV may be executed: see known_differences.cpp.
    if (!is_virtual(mode) || random_.percent(50)) guest_status |= mstatus::sum;
    code_.write_csr(csr::vsstatus, guest_status);
    code_.write_csr(csr::vstvec, map::supervisor_handler | random_.below(2));
    return {vsatp, hgatp};
  }

  enum class Matching : std::uint8_t { off = 0, tor = 1, napot = 3 };
  static std::uint64_t pmp_address(std::uint64_t address) { return address >> 2; }
  /// 8 << ones bytes around the address.
  static std::uint64_t napot(std::uint64_t address, unsigned ones) {
    const std::uint64_t mask = (std::uint64_t{1} << ones) - 1;
    return (pmp_address(address) & ~mask & ~(mask + 1)) | mask;
  }

  void protection() {
    if (options_.subject != Subject::protection) return;
    // Over the data, occasionally over the code; an access that matches none is permitted. R=0 with
    // W=1 is reserved.
    const auto permissions = [&] { return random_.pick<std::uint64_t>({0, 1, 3, 4, 5, 7, 7}); };
    std::uint64_t config = 0;
    const auto entry = [&](unsigned number, std::uint64_t value, Matching matching) {
      code_.write_csr(static_cast<std::uint16_t>(csr::pmpaddr0 + number), value);
      config |= (permissions() | static_cast<std::uint64_t>(matching) << 3) << (8 * number);
    };
    const auto random_page = [&] { return map::data + random_.below(map::data_pages) * 0x1000; };
    // Entries 0..3: one page in three parts. No part is left to an entry of lower priority: see
    // known_differences.cpp.
    const std::uint64_t page = random_page();
    const std::uint64_t first_part = 8 * random_.below(0x200);
    const std::uint64_t second_part = first_part + 8 * random_.below((0x1008 - first_part) / 8);
    entry(0, pmp_address(page), Matching::off);
    entry(1, pmp_address(page + first_part), Matching::tor);
    entry(2, pmp_address(page + second_part), Matching::tor);
    entry(3, pmp_address(page + 0x1000), Matching::tor);
    for (unsigned number = 4; number < 8; ++number) {
      if (random_.percent(4)) {
        const std::uint64_t code = map::code + (random_.below(0x100000) & ~std::uint64_t{0xfff});
        entry(number, napot(code, 9), Matching::napot);
      } else if (random_.percent(40)) {
        entry(number, pmp_address(random_page()), random_.pick({Matching::off, Matching::tor}));
      } else {
        // 4 KiB to 64 KiB.
        entry(number, napot(random_page(), static_cast<unsigned>(random_.between(9, 13))),
              Matching::napot);
      }
    }
    code_.write_csr(csr::pmpcfg0, config);
  }

  std::uint64_t machine_status(PrivilegeMode mode) {
    std::uint64_t status = mstatus::uxl_64;
    status |= random_.bits() & (mstatus::sum | mstatus::mxr | mstatus::spp | mstatus::spie);
    status |= static_cast<std::uint64_t>(nominal_privilege(mode)) << mstatus::mpp_shift;
    if (is_virtual(mode)) status |= mstatus::mpv;
    if (options_.subject == Subject::hypervisor) status &= ~mstatus::mxr;
    // With V=1 only TW has an effect: see known_differences.cpp.
    const std::uint64_t traps =
        is_virtual(mode) ? mstatus::tw : mstatus::tvm | mstatus::tw | mstatus::tsr;
    if (random_.percent(10)) status |= random_.bits() & traps;
    return status;
  }

  void launch() {
    const PrivilegeMode mode = random_mode();
    const bool lower = mode != PrivilegeMode::machine;
    const bool simple = options_.subject <= Subject::csr;
    const std::uint64_t next_place = code_.reserve();
    code_.reserve();
    code_.csr(Operation::csrrw, 0, csr::mscratch, 31);
    code_.load_immediate(31, mstatus::mprv);
    code_.csr(Operation::csrrc, 0, csr::mstatus, 31);
    code_.write_csr(csr::mtvec, map::machine_handler | random_.below(2));
    code_.write_csr(csr::stvec, map::supervisor_handler | random_.below(2));
    // M-mode may use another mode's translation.
    const bool borrows =
        !lower && !simple && options_.subject != Subject::mode && random_.percent(70);
    const PrivilegeMode borrowed =
        options_.subject == Subject::hypervisor && random_.percent(60)
            ? random_.pick({PrivilegeMode::virtual_supervisor, PrivilegeMode::virtual_user})
            : random_.pick({PrivilegeMode::supervisor, PrivilegeMode::user});
    const std::uint64_t status =
        borrows ? machine_status(borrowed) | mstatus::mprv : machine_status(mode);
    interrupts();
    bool translated = false;
    bool confined = false;
    bool wide_addresses = true;
    bool own_translation = false;
    if (!simple) {
      delegation(status);
      const PageTableSet& set = random_.from(sets_);
      const bool pages = options_.subject == Subject::paging ||
                         options_.subject == Subject::hypervisor ||
                         random_.percent(options_.subject == Subject::protection ? 40 : 0);
      std::uint64_t satp = pages ? translation(set.sv39, set.sv48) : 0;
      // See known_differences.cpp.
      while (options_.subject == Subject::hypervisor && satp == 0) {
        satp = translation(set.sv39, set.sv48);
      }
      code_.write_csr(csr::satp, satp);
      confined = lower && satp != 0;
      if (options_.subject == Subject::hypervisor) {
        const GuestTranslation guests =
            hypervisor_state(mode, set, borrows && is_virtual(borrowed));
        if (is_virtual(mode)) confined = guests.vsatp != 0 || guests.hgatp != 0;
        // QEMU treats guest physical addresses as sign-extended.
        wide_addresses = guests.vsatp != 0;
      }
      if (pages) {
        read_tables();
        change_tables();
      }
      code_.emit(Operation::sfence_vma, {});
      if (options_.hypervisor) {
        code_.emit(Operation::hfence_vvma, {});
        code_.emit(Operation::hfence_gvma, {});
      }
      translated = pages && (lower || borrows);
      own_translation = mode == PrivilegeMode::user && satp != 0;
    }
    protection();
    BodyContext context;
    context.subject = options_.subject;
    context.mode = mode;
    context.translated = translated;
    context.confined = confined;
    context.wide_addresses = wide_addresses;
    context.code_writable = !translated && !borrows;
    body_.pointers(context);
    if (random_.percent(5)) body_.fill_registers();
    code_.write_csr(csr::mstatus, status | (!borrows && random_.percent(10) ? mstatus::mpie : 0));
    if (lower) {
      enter(mode, own_translation);
    }
    body_.generate(
        context, static_cast<unsigned>(lower ? random_.between(30, 120) : random_.between(15, 50)));
    code_.align(4);
    set_next(next_place);
  }

  /// Returns to the instruction after mret or sret, at its address in the new mode.
  void enter(PrivilegeMode mode, bool own_translation) {
    const bool by_sret = random_.percent(20);
    if (by_sret) {
      const bool supervisor = nominal_privilege(mode) == 1;
      code_.load_immediate(31, mstatus::spp);
      code_.csr(supervisor ? Operation::csrrs : Operation::csrrc, 0, csr::mstatus, 31);
      if (options_.hypervisor) {
        code_.load_immediate(31, hstatus::spv);
        code_.csr(is_virtual(mode) ? Operation::csrrs : Operation::csrrc, 0, csr::hstatus, 31);
      }
    }
    // The return clears it; there is no load or store before that.
    if (random_.percent(30)) {
      code_.load_immediate(31, mstatus::mprv);
      code_.csr(Operation::csrrs, 0, csr::mstatus, 31);
    }
    const std::uint64_t place = code_.reserve();
    code_.reserve();
    if (own_translation) {
      code_.load_immediate(30, map::user_image - map::image);
      code_.registers(Operation::add, 31, 31, 30);
    }
    code_.csr(Operation::csrrw, 0, by_sret ? csr::sepc : csr::mepc, 31);
    code_.emit(by_sret ? Operation::sret : Operation::mret, {});
    set_next(place);
  }

  /// Patches in two instructions that load x31 with the current address.
  void set_next(std::uint64_t place) {
    const std::uint64_t distance = code_.address() - place;
    const auto low = static_cast<std::int64_t>(distance << 52) >> 52;
    const auto high = static_cast<std::int64_t>(distance) - low;
    code_.patch(place, Operation::auipc, {31, 0, 0, high});
    code_.patch(place + 4, Operation::addi, {31, 31, 0, low});
  }

  Random random_;
  ProgramOptions options_;
  Program program_;
  CodeBuffer code_;
  BodyGenerator body_;
  PageTableBuilder tables_;
  std::vector<PageTableSet> sets_;
};

}  // namespace

Program generate(std::uint64_t seed, const ProgramOptions& options) {
  return Generator(seed, options).run();
}

}  // namespace cyclevisor::differential
