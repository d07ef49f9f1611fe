# The way into the hypervisor forgets x15.
# rule: registers-preserved
# guests: compressed
s/ 14, 15, 16,/ 14, 16,/
