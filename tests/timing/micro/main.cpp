// Runs every micro-benchmark and prints its name and result.
#include "guests/common/console.hpp"
#include "guests/common/csr.hpp"

extern "C" {
int64_t bench_one_a_cycle();
int64_t bench_load_use();
int64_t bench_load_use_at_2();
int64_t bench_raw_field();
int64_t bench_csr_use();
int64_t bench_multiply();
int64_t bench_multiply_use();
int64_t bench_load_behind_store();
int64_t bench_store_behind_store();
int64_t bench_amo_behind_amo();
int64_t bench_divide();
int64_t bench_divide_word();
int64_t bench_divide_by_zero();
int64_t bench_branch_not_taken();
int64_t bench_branch_taken();
int64_t bench_jump();
int64_t bench_csr_write();
int64_t bench_fence();
int64_t bench_sfence_vma();
int64_t bench_trap();
int64_t bench_trap_return();
int64_t bench_interrupt();
int64_t bench_wfi_pending();
int64_t bench_wfi_limit();
int64_t bench_predicted_branch();
int64_t bench_mispredicted_branch();
int64_t bench_predicted_return();
int64_t bench_two_jumps();
int64_t bench_nested_calls();
int64_t bench_unmapped_wrong_path();
int64_t bench_load_hit();
int64_t bench_amo_hit();
int64_t bench_failing_sc();
int64_t bench_data_working_set();
int64_t bench_load_miss();
int64_t bench_store_miss();
int64_t bench_load_miss_dirty();
int64_t bench_store_miss_dirty();
int64_t bench_misaligned_in_line();
int64_t bench_misaligned_over_line();
int64_t bench_fetch_miss();
int64_t bench_both_miss();
int64_t bench_both_miss_dirty();
int64_t bench_both_miss_store_dirty();
int64_t bench_both_miss_slip();
int64_t bench_both_miss_device();
int64_t bench_code_working_set();
int64_t bench_straddling_fetch();
int64_t bench_fence_i();
int64_t bench_fence_i_dirty_line();
int64_t bench_device_load();
int64_t bench_device_store();
int64_t bench_timer_load();
int64_t bench_timer_load_64();
int64_t bench_timer_store();
int64_t bench_timer_store_64();
int64_t bench_walk_4k();
int64_t bench_walk_2m();
int64_t bench_walk_1g();
int64_t bench_translation_hit();
int64_t bench_data_pages();
int64_t bench_fetch_walk();
int64_t bench_code_pages();
int64_t bench_supervisor_sfence_vma();
int64_t bench_walk_sets_accessed();
int64_t bench_guest_walk_1();
int64_t bench_guest_walk_3();
extern uint64_t bench_root[512];
extern uint64_t bench_middle[512];
extern uint64_t bench_leaf[512];
extern uint64_t bench_data[512];
extern uint64_t bench_pages[512];
}

namespace {

struct Benchmark {
  const char* name;
  int64_t (*run)();
};

#define ROW(name) \
  { #name, bench_##name }
constexpr Benchmark benchmarks[] = {
    ROW(one_a_cycle),
    ROW(load_use),
    ROW(load_use_at_2),
    ROW(raw_field),
    ROW(csr_use),
    ROW(multiply),
    ROW(multiply_use),
    ROW(load_behind_store),
    ROW(store_behind_store),
    ROW(amo_behind_amo),
    ROW(divide),
    ROW(divide_word),
    ROW(divide_by_zero),
    ROW(branch_not_taken),
    ROW(branch_taken),
    ROW(jump),
    ROW(csr_write),
    ROW(fence),
    ROW(sfence_vma),
    ROW(trap),
    ROW(trap_return),
    ROW(interrupt),
    ROW(wfi_pending),
    ROW(wfi_limit),
    ROW(predicted_branch),
    ROW(mispredicted_branch),
    ROW(predicted_return),
    ROW(two_jumps),
    ROW(nested_calls),
    ROW(unmapped_wrong_path),
    ROW(load_hit),
    ROW(amo_hit),
    ROW(failing_sc),
    ROW(data_working_set),
    ROW(load_miss),
    ROW(store_miss),
    ROW(load_miss_dirty),
    ROW(store_miss_dirty),
    ROW(misaligned_in_line),
    ROW(misaligned_over_line),
    ROW(fetch_miss),
    ROW(both_miss),
    ROW(both_miss_dirty),
    ROW(both_miss_store_dirty),
    ROW(both_miss_slip),
    ROW(both_miss_device),
    ROW(code_working_set),
    ROW(straddling_fetch),
    ROW(fence_i),
    ROW(fence_i_dirty_line),
    ROW(device_load),
    ROW(device_store),
    ROW(timer_load),
    ROW(timer_load_64),
    ROW(timer_store),
    ROW(timer_store_64),
    ROW(walk_4k),
    ROW(walk_2m),
    ROW(walk_1g),
    ROW(translation_hit),
    ROW(data_pages),
    ROW(fetch_walk),
    ROW(code_pages),
    ROW(supervisor_sfence_vma),
    ROW(walk_sets_accessed),
    ROW(guest_walk_1),
    ROW(guest_walk_3),
};
#undef ROW

uint64_t page_number(const uint64_t* table) { return reinterpret_cast<uint64_t>(table) >> 12; }

void make_page_tables() {
  constexpr uint64_t pointer = 0x01;
  constexpr uint64_t leaf = 0xcf;
  bench_root[1] = page_number(bench_middle) << 10 | pointer;
  bench_middle[0] = page_number(bench_leaf) << 10 | pointer;
  bench_middle[1] = (0x80000000 >> 2) | leaf;
  bench_leaf[0] = page_number(bench_data) << 10 | leaf;
  for (unsigned i = 0; i < 8; ++i) {
    bench_leaf[16 + i] = page_number(bench_pages) << 10 | leaf;
    bench_leaf[32 + i] = page_number(bench_data) << 10 | leaf;
  }
}

void open_memory_protection() {
  asm volatile("csrw pmpaddr0, %0\n\tcsrw pmpcfg0, %1" ::"r"(~uint64_t{0}), "r"(uint64_t{0x1f}));
}

}  // namespace

int main() {
  open_memory_protection();
  make_page_tables();
  for (const Benchmark& benchmark : benchmarks) {
    benchmark.run();
    const int64_t result = benchmark.run();
    if (result < 0) {
      print(benchmark.name, " -", static_cast<uint64_t>(-result), "\n");
    } else {
      print(benchmark.name, " ", static_cast<uint64_t>(result), "\n");
    }
  }
  return 0;
}
