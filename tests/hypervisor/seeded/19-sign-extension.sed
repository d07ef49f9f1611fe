# lw from a device is zero-extended.
# rule: mtimecmp-reads-back
# guests: reads_back
s/if \(extension == Extension::zero\) return/if (extension == Extension::zero || bytes == 4) return/
