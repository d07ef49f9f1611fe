# An expired deadline is armed again before the guest has run one instruction.
# rule: guest-progress
# guests: masked
s/const Ticks distance = pending\(now\) \? 0 - time\(now\)/const Ticks distance = pending(now) ? 0/
