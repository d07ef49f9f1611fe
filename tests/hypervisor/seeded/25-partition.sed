# The page table maps two megabytes more than the partition has.
# rule: no-access-outside-partition
# guests: touches_end prints
s/^  const uint64_t large_pages = partition\.bytes \/ large_page_bytes;/  const uint64_t large_pages = partition.bytes \/ large_page_bytes + 1;/
