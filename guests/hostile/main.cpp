// hostile: tries everything that a guest may not do, and must still reach its end. The outcome of an
// attempt depends on where the guest runs (alone, it owns the machine), so the guest judges only
// what must be true anywhere.
#include "guests/common/console.hpp"
#include "guests/common/finish.hpp"
#include "guests/common/registers.hpp"
#include "guests/hostile/attacks.hpp"
#include "guests/hostile/guarded.hpp"

extern "C" const char __text_start[];
extern "C" const char __text_end[];
extern "C" void guarded_landing();

namespace {

struct Attack {
  const char* name;
  void (*run)();
};

// Memory protection is set up with the modes, which the later attacks need when the guest runs
// alone.
constexpr Attack attacks[] = {
    {"modes", attack_modes},
    {"addresses", attack_addresses},
    {"alignment", attack_alignment},
    {"instructions", attack_instructions},
    {"interrupts", attack_interrupts},
    {"control and status registers", attack_csrs},
    {"interrupts again", attack_interrupts},
};

// FNV-1a over the program's own instructions
uint64_t text_hash() {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char* byte = __text_start; byte != __text_end; ++byte) {
    hash = (hash ^ static_cast<uint8_t>(*byte)) * 0x100000001b3;
  }
  return hash;
}

}  // namespace

int main() {
  print("hostile: trying to get out\n");
  const uint64_t hash = text_hash();
  prepare_attempts();
  for (const Attack& attack : attacks) {
    attack.run();
    print("hostile: tried ", attack.name, ", ", attempt_count(), " attempts so far\n");
    if (const uint64_t found = text_hash(); found != hash) {
      fail(hostile_own_state, "hash of the own program", found, hash);
    }
    const auto landing = reinterpret_cast<uint64_t>(&guarded_landing);
    if (const uint64_t mtvec = csr_read<csr_mtvec>(); mtvec != landing) {
      fail(hostile_own_state, "mtvec", mtvec, landing);
    }
    if (const uint64_t changed = changed_register(hash, 1000)) {
      fail(hostile_own_state, "register that changed", changed, 0);
    }
  }
  print("hostile: PASS\n");
  return 0;
}
