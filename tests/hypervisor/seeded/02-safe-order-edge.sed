# A low half of all ones counts as disarmed: the safe order's own edge near a carry of mtime.
# rule: no-lost-interrupt
# guests: low_half_carry
s/return time\(now\) >= compare_;/return (compare_ \& 0xffffffff) != 0xffffffff \&\& time(now) >= compare_;/
