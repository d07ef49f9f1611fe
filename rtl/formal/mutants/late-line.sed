# The line rises when mtime has passed mtimecmp, not when it reaches it.
s/mtip_d = mtime_d >= mtimecmp_d/mtip_d = mtime_d > mtimecmp_d/
