# A deadline of this very tick is neither past nor in the future: it is never delivered.
# rule: no-lost-interrupt
# guests: zero_delta
s/return time\(now\) >= compare_;/return time(now) > compare_;/
s/if \(compare_ == 0\) return never;.*/if (compare_ == 0 || compare_ == time(now)) return never;/
