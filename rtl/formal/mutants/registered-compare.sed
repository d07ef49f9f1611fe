# The comparison uses the current state: the line comes one cycle late.
s/mtip_d = mtime_d >= mtimecmp_d/mtip_d = mtime_q >= mtimecmp_q/
