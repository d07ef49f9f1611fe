# mtime stops at its largest value instead of wrapping.
s/mtime_d = mtime_q \+ \{63'd0, tick\}/mtime_d = mtime_q + {63'd0, tick \&\& ~mtime_q != 64'd0}/
