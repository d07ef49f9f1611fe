# The comparator does not follow a store of mtimecmp.
# rule: no-lost-interrupt
# guests: future_deadline
/^  vm\.timer_changed = true;$/d
