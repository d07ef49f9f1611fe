# mip does not show the timer's interrupt.
# rule: mip-follows-timer
# guests: reads_csrs
s/return virtual_mip\(vm, physical_time\(\)\);/return vm.device_interrupts;/
