# A distance is added to the physical time without a look at the range: far deadlines become past ones.
# rule: guest-progress
# guests: far_deadline
s/return in_range \? now \+ distance : never;/(void)in_range; return now + distance;/
