// The attacks, one function a kind. Each ends by itself, and fails the guest if the machine answers
// with something that a RISC-V hart cannot answer with.
#pragma once

#include <stdint.h>

enum HostileFailure : int {
  hostile_wrong_cause = 1,    // a trap that this attempt cannot raise
  hostile_no_fault = 2,       // an address where nothing is answered
  hostile_wrong_address = 3,  // mtval is not the address that faulted
  hostile_interrupt = 4,      // an interrupt that is due does not come, or one that is not comes
  hostile_own_state = 5,      // this guest's own memory or trap vector has changed
};

void attack_addresses();     // loads, stores, AMOs and fetches anywhere
void attack_alignment();     // misaligned ones, within and out of this guest's memory
void attack_csrs();          // every CSR number, read and written
void attack_modes();         // mret to any mode, its own page table, mstatus.MPRV
void attack_instructions();  // privileged and random ones
void attack_interrupts();    // storms of timer and software interrupts, wfi and ecall
