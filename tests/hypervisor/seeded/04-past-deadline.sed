# A deadline that is past when it is stored counts as disarmed instead of pending at once.
# rule: no-lost-interrupt
# guests: past_deadline
s/vm\.timer\.set_compare\((bytes == 8 .*)\);/{ const Ticks deadline = \1; vm.timer.set_compare(deadline > vm.timer.time(physical_time()) ? deadline : never); }/
