# The used ring of the disk's queue is passed on as the guest has programmed it.
# rule: dma-inside-partition
# guests: misuses_disk
# disk
s@^  if \(used_ % 4 != 0 \|\| !reach\(used_, 4 \+ 8 \* size, used\)\) return;@  used = used_ - memory_.first.value + memory_.host.value;@
