# mtimecmp reads what the physical comparator would hold.
# rule: mtimecmp-reads-back
# guests: own_time
s/whole = vm\.timer\.compare\(\);/whole = vm.timer.next_change(physical_time());/
