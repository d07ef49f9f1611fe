# The comparison forgets how far the guest has set its mtime away from the physical one.
# rule: no-lost-interrupt
# guests: own_time
s/return time\(now\) >= compare_;/return now >= compare_;/
