# The comparison is signed.
s/mtip_d = mtime_d >= mtimecmp_d/mtip_d = $signed(mtime_d) >= $signed(mtimecmp_d)/
