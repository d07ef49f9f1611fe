# A buffer of the disk may begin inside the partition and end outside.
# rule: dma-inside-partition
# guests: misuses_disk
# disk
s@ bytes > memory_\.bytes - offset\) return false;@ bytes > memory_.bytes) return false;@
