# The wake-up from WFI looks at the level as it was when the VM went to sleep.
# rule: no-lost-interrupt
# guests: sleeper
s/pending_and_enabled\(vm, now\) != 0\) \{/pending_and_enabled(vm, since_ + 0 * now) != 0) {/
