# mtimecmp is disarmed once the line has risen.
s/mtimecmp_d = mtimecmp_q;/mtimecmp_d = mtip_q ? 64'hffff_ffff_ffff_ffff : mtimecmp_q;/
