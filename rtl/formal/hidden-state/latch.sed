# State that is not a flip-flop.
s/^  logic tick;/  logic tick, held;\n  always_latch if (mtip_q) held = msip_q;/
s/assign mtip_o = mtip_q;/assign mtip_o = mtip_q || held;/
