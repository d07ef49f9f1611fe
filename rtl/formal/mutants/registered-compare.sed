# The comparison looks at the present state: the line comes a cycle late.
s/mtip_d = mtime_d >= mtimecmp_d/mtip_d = mtime_q >= mtimecmp_q/
