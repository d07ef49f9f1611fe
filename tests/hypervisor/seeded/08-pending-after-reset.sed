# mtimecmp resets to zero: the line is high before the guest has stored a deadline.
# rule: no-spurious-interrupt
# guests: after_reset
s/Ticks compare_ = never;.*/Ticks compare_ = 0;/
