# The expired deadline of a VM that does not run stays armed: the hart is interrupted for it again and again.
# rule: guest-progress
# guests: masked computes
s/const Ticks distance = pending\(now\) \? 0 - time\(now\)/const Ticks distance = pending(now) ? 0/
s/if \(vm->state == Vm::State::ready\) \{/if (vm->state == Vm::State::ready \&\& !vm->timer.pending(now)) {/
