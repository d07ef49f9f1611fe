# An open pair is closed by the first idle cycle.
s/pair_d = pair_q;/pair_d = psel_i ? pair_q : timer_pkg::PairNone;/
