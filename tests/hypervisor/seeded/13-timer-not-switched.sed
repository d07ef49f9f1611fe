# There is one mtimecmp for all VMs.
# rule: mtimecmp-reads-back
# guests: reads_back reads_back
s/Ticks compare_ = never;.*/static inline Ticks compare_ = never;/
