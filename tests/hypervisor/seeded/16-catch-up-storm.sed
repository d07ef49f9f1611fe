# A VM woken from WFI is not charged, so that its catch-up ticks keep the others from the hart.
# rule: delivered-within-bound
# guests: catches_up waits_for_tick
s/if \(running_ == nullptr\) return;/if (running_ == nullptr || running_->boosted) return;/
