# Infinity is 32 ones: a disarmed timer fires when mtime passes 2^32.
# rule: no-spurious-interrupt
# guests: short_infinity
s/void set_compare\(Ticks value\) \{ compare_ = value; \}/void set_compare(Ticks value) { compare_ = value == never ? 0xffffffff : value; }/
