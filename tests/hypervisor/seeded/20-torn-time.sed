# The halves of mtime are read one after the other, without a second look at the high one.
# rule: mtime-follows-clock
# guests: carry
s/whole = vm\.timer\.time\(physical_time\(\)\);/{ const Ticks high = vm.timer.time(physical_time()); whole = (high \& ~low_word) | (vm.timer.time(physical_time()) \& low_word); }/
