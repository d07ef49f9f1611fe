# A VM that was interrupted while it was being entered can be interrupted so again: others' wake-ups keep it from running.
# rule: guest-progress
# guests: snipes computes
s/if \(again != 0\) \{/if (again == never) {/
