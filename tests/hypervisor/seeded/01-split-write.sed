# A store of one half of mtimecmp clears the other: the safe order of a split write passes a past deadline.
# rule: no-early-interrupt
# guests: split_write
s/bytes == 8 \? value : with_word\(vm\.timer\.compare\(\), offset, value\)/bytes == 8 ? value : with_word(0, offset, value)/
