// The numbers of the control and status registers (privileged specification, "CSR Listing").
#pragma once

#include <cstdint>

namespace cyclevisor::csr {

constexpr std::uint16_t cycle = 0xc00;
constexpr std::uint16_t time = 0xc01;
constexpr std::uint16_t instret = 0xc02;

constexpr std::uint16_t sstatus = 0x100;
constexpr std::uint16_t sie = 0x104;
constexpr std::uint16_t stvec = 0x105;
constexpr std::uint16_t scounteren = 0x106;
constexpr std::uint16_t senvcfg = 0x10a;
constexpr std::uint16_t sscratch = 0x140;
constexpr std::uint16_t sepc = 0x141;
constexpr std::uint16_t scause = 0x142;
constexpr std::uint16_t stval = 0x143;
constexpr std::uint16_t sip = 0x144;
constexpr std::uint16_t stimecmp = 0x14d;
constexpr std::uint16_t satp = 0x180;

constexpr std::uint16_t vsstatus = 0x200;
constexpr std::uint16_t vsie = 0x204;
constexpr std::uint16_t vstvec = 0x205;
constexpr std::uint16_t vsscratch = 0x240;
constexpr std::uint16_t vsepc = 0x241;
constexpr std::uint16_t vscause = 0x242;
constexpr std::uint16_t vstval = 0x243;
constexpr std::uint16_t vsip = 0x244;
constexpr std::uint16_t vstimecmp = 0x24d;
constexpr std::uint16_t vsatp = 0x280;

constexpr std::uint16_t hstatus = 0x600;
constexpr std::uint16_t hedeleg = 0x602;
constexpr std::uint16_t hideleg = 0x603;
constexpr std::uint16_t hie = 0x604;
constexpr std::uint16_t htimedelta = 0x605;
constexpr std::uint16_t hcounteren = 0x606;
constexpr std::uint16_t hgeie = 0x607;
constexpr std::uint16_t henvcfg = 0x60a;
constexpr std::uint16_t htval = 0x643;
constexpr std::uint16_t hip = 0x644;
constexpr std::uint16_t hvip = 0x645;
constexpr std::uint16_t htinst = 0x64a;
constexpr std::uint16_t hgatp = 0x680;
constexpr std::uint16_t hgeip = 0xe12;

constexpr std::uint16_t mstatus = 0x300;
constexpr std::uint16_t misa = 0x301;
constexpr std::uint16_t medeleg = 0x302;
constexpr std::uint16_t mideleg = 0x303;
constexpr std::uint16_t mie = 0x304;
constexpr std::uint16_t mtvec = 0x305;
constexpr std::uint16_t mcounteren = 0x306;
constexpr std::uint16_t menvcfg = 0x30a;
constexpr std::uint16_t mcountinhibit = 0x320;
constexpr std::uint16_t mhpmevent3 = 0x323;
constexpr std::uint16_t mscratch = 0x340;
constexpr std::uint16_t mepc = 0x341;
constexpr std::uint16_t mcause = 0x342;
constexpr std::uint16_t mtval = 0x343;
constexpr std::uint16_t mip = 0x344;
constexpr std::uint16_t mtinst = 0x34a;
constexpr std::uint16_t mtval2 = 0x34b;
constexpr std::uint16_t pmpcfg0 = 0x3a0;
constexpr std::uint16_t pmpcfg2 = 0x3a2;
constexpr std::uint16_t pmpaddr0 = 0x3b0;
constexpr std::uint16_t tselect = 0x7a0;
constexpr std::uint16_t tdata1 = 0x7a1;
constexpr std::uint16_t tdata2 = 0x7a2;
constexpr std::uint16_t tdata3 = 0x7a3;
constexpr std::uint16_t mcycle = 0xb00;
constexpr std::uint16_t minstret = 0xb02;
constexpr std::uint16_t mhpmcounter3 = 0xb03;
constexpr std::uint16_t mvendorid = 0xf11;
constexpr std::uint16_t marchid = 0xf12;
constexpr std::uint16_t mimpid = 0xf13;
constexpr std::uint16_t mhartid = 0xf14;
constexpr std::uint16_t mconfigptr = 0xf15;

/// Size of the 12-bit CSR number space.
constexpr unsigned count = 4096;

/// The lowest privilege that may access the CSR, from bits 9:8: 0 U, 1 S, 2 HS, 3 M.
constexpr unsigned privilege(std::uint16_t number) { return (number >> 8) & 3; }

/// Bits 11:10 set: a write is an illegal instruction.
constexpr bool is_read_only(std::uint16_t number) { return (number >> 10) == 3; }

}  // namespace cyclevisor::csr
