# mtime is kept in 32 bits on its way to the guest: it runs backwards at 2^32.
# rule: mtime-monotonic
# guests: passes_carry
s/whole = vm\.timer\.time\(physical_time\(\)\);/whole = static_cast<uint32_t>(vm.timer.time(physical_time()));/
