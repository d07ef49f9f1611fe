# Before WFI the comparator is armed for a later moment than that of the decision to sleep: what fell due between is lost.
# rule: no-lost-interrupt
# guests: sleeper
s/^  timer_multiplexer_arm\(nullptr, now\);/  (void)now;\n  timer_multiplexer_arm(nullptr, physical_time());/
