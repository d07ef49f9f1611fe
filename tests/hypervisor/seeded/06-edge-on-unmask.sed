# Setting mie.MTIE makes an interrupt: an edge instead of a level.
# rule: no-spurious-interrupt
# guests: unmask
s/vm\.timer_changed = true;  \/\/ a timer whose.*/vm.timer_changed = true; set_device_interrupt(vm, interrupt::machine_timer, (value \& interrupt::bit(interrupt::machine_timer)) != 0);/
